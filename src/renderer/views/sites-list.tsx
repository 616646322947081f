import type { ReactNode } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { Finding, Report, Site } from '../../shared/report.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectNode, selectTensor } from '../state/select.ts';

/** Where error is introduced, ranked; then findings and amplifiers, then what the model alone gives away. */
export function SitesList(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { report } = useAtom(app.run).shown;
  const model = useAtom(app.model);
  // What the report warns of stands among its findings.
  const told = new Set(report?.findings.filter(isWarning).map((finding) => finding.kind));
  const lints = model?.lints.filter((lint) => !told.has(lint.kind)) ?? [];
  return (
    <div className="side-scroll">
      {report === undefined ? <p className="hint">{texts.noSitesYet}</p> : <SitesOf report={report} />}
      {lints.length > 0 ? (
        <section>
          <h3 className="side-title">{texts.lints}</h3>
          <ul className="plain-list">
            {lints.slice(0, MOST).map((lint) => (
              <li key={`${lint.kind} ${lint.subject} ${lint.text}`}>
                <button
                  type="button"
                  className="link-row"
                  disabled={lint.subject === ''}
                  onClick={() => selectNode(app, lint.subject)}
                >
                  {lint.text} <span className="soft">{lint.subject}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function isWarning(finding: Finding): boolean {
  return finding.severity !== 'info';
}

const MOST = 50;
/** The rest stands in the node pane. */
const MOST_EVIDENCE = 2;

function SitesOf({ report }: { readonly report: Report }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const selected = useAtom(app.selectedTensor);
  const { sites } = report.verdict;
  const findings = report.findings.filter(isWarning);
  return (
    <>
      {sites.length === 0 ? (
        <p className="hint">{report.verdict.kind === 'no-fault' ? texts.noSites : texts.noSitesOther}</p>
      ) : null}
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
      {findings.length > 0 ? (
        <section>
          <h3 className="side-title">{texts.findings}</h3>
          <ul className="plain-list">
            {findings.map((finding) => (
              <li key={`${finding.kind} ${finding.subject} ${finding.text}`} className="finding">
                {finding.text}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {report.amplifiers.length > 0 ? (
        <section>
          <h3 className="side-title">{texts.amplifiers}</h3>
          <ul className="plain-list">
            {report.amplifiers.slice(0, 10).map((amplifier) => (
              <li key={amplifier.tensor}>
                <button
                  type="button"
                  className="link-row"
                  onClick={() => selectTensor(app, amplifier.tensor)}
                >
                  <span className="gain">×{formatNumber(amplifier.gain)}</span> {amplifier.node}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

interface SiteCardProps {
  readonly site: Site;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

function SiteCard({ site, index, isSelected, onSelect }: SiteCardProps): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <button type="button" className="site" aria-pressed={isSelected} onClick={onSelect}>
      <span className="site-head">
        <span className="site-number" aria-label={texts.site(index + 1)}>
          {index + 1}
        </span>
        <span className="site-op">{site.opType}</span>
        {site.kind === 'introduced' ? (
          <span className="site-excess">
            {formatNumber(site.excess)} {texts.times}
          </span>
        ) : null}
      </span>
      <span className="site-name">{site.node ?? site.nodes.join(', ')}</span>
      {site.scope === '' ? null : <span className="site-scope">{site.scope}</span>}
      {site.evidence.slice(0, MOST_EVIDENCE).map((line) => (
        <span key={line} className="site-evidence">
          {line}
        </span>
      ))}
    </button>
  );
}
