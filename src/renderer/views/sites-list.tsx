import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { Finding, Report } from '../../shared/report.ts';
import { findingTitle } from '../i18n/finding.ts';
import { language, useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectTensor } from '../state/select.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { useFindings } from './findings/use-findings.ts';
import { SeverityMark } from './findings/severity-mark.tsx';
import { SiteCard } from './site/site-card.tsx';
import { StageCards } from './stage-cards.tsx';

/** Where error is introduced, ranked; then the gravest findings, where it is amplified, and what to do next. */
export function SitesList(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { report } = useAtom(app.run).shown;
  return (
    <div className="side-scroll">
      {report === undefined ? null : <StageCards report={report} />}
      {report === undefined ? <p className="hint">{texts.noSitesYet}</p> : <SitesOf report={report} />}
      <GravestFindings />
      {report === undefined ? null : <Amplifiers report={report} />}
      {report === undefined ? null : <NextCommands commands={report.verdict.next} />}
    </div>
  );
}

function SitesOf({ report }: { readonly report: Report }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const selected = useAtom(app.selectedTensor);
  const { sites } = report.verdict;
  if (sites.length === 0)
    return <p className="hint">{report.verdict.kind === 'no-fault' ? texts.noSites : texts.noSitesOther}</p>;
  return (
    <ol className="plain-list">
      {sites.map((site, index) => (
        <li key={`${site.tensor} ${index}`}>
          <SiteCard
            site={site}
            index={index}
            isSelected={site.tensor === selected}
            onSelect={() => selectTensor(app, site.tensor)}
          />
        </li>
      ))}
    </ol>
  );
}

/** The rest stands in the view of findings. */
const MOST_FINDINGS = 4;

/** Faults and warnings by title: a line each, so that they do not drown the sites. */
function GravestFindings(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { report } = useAtom(app.run).shown;
  const findings = useFindings();
  if (findings.length === 0) return null;
  const grave = findings.filter((finding) => finding.severity !== 'info');
  return (
    <section>
      <h3 className="side-title">{report === undefined ? texts.lints : texts.findings}</h3>
      <ul className="plain-list finding-lines">
        {grave.slice(0, MOST_FINDINGS).map((finding) => (
          <li key={`${finding.kind} ${finding.subject} ${finding.text}`}>
            <FindingLine finding={finding} />
          </li>
        ))}
      </ul>
      <button type="button" className="link-row link-more" onClick={() => app.centerTab.set('findings')}>
        {texts.allFindings(findings.length)}
      </button>
    </section>
  );
}

function FindingLine({ finding }: { readonly finding: Finding }): ReactNode {
  const app = useApp();
  const lang = useAtom(language);
  return (
    <button
      type="button"
      className="link-row finding-line"
      title={finding.text}
      onClick={() => {
        app.centerTab.set('findings');
        app.shownFinding.set(finding);
      }}
    >
      <SeverityMark severity={finding.severity} />
      <span className="finding-line-text">
        {findingTitle(finding.kind, lang)} <span className="soft">{finding.subject}</span>
      </span>
    </button>
  );
}

const MOST_AMPLIFIERS = 5;

function Amplifiers({ report }: { readonly report: Report }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  if (report.amplifiers.length === 0) return null;
  return (
    <section>
      <h3 className="side-title">{texts.amplifiers}</h3>
      <ul className="plain-list">
        {report.amplifiers.slice(0, MOST_AMPLIFIERS).map((amplifier) => (
          <li key={amplifier.tensor}>
            <button type="button" className="link-row" onClick={() => selectTensor(app, amplifier.tensor)}>
              <span className="gain">×{formatNumber(amplifier.gain)}</span> {amplifier.node}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What to paste into a terminal. */
function NextCommands({ commands }: { readonly commands: readonly string[] }): ReactNode {
  const texts = useTexts(windowTexts);
  if (commands.length === 0) return null;
  return (
    <section>
      <h3 className="side-title">{texts.next}</h3>
      <ul className="plain-list">
        {commands.map((command) => (
          <li key={command} className="command">
            <code>{command}</code>
            <CopyButton text={command} label={texts.copyCommand} done={texts.start.copied} />
          </li>
        ))}
      </ul>
    </section>
  );
}
