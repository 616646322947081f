import type { ReactNode } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Finding } from '../../../shared/report.ts';
import { findingTitle } from '../../i18n/finding.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { selectNode } from '../../state/select.ts';
import { useNodes } from '../nodes.ts';
import { FindingCard } from './finding-card.tsx';
import type { FindingFilter, Severity } from './gather.ts';
import { counted, filtered, placeOf, SEVERITIES } from './gather.ts';
import { SeverityMark } from './severity-mark.tsx';
import { useFindings } from './use-findings.ts';

const EVERYTHING: FindingFilter = { text: '', hidden: new Set() };

/** Every finding of the report in full, by severity, with a way to the node that it is of. */
export function FindingsView(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const all = useFindings();
  const asked = useAtom(app.shownFinding);
  const [filter, setFilter] = useState(EVERYTHING);
  const counts = useMemo(() => counted(all), [all]);
  const shown = useMemo(() => filtered(all, filter, (kind) => findingTitle(kind, lang)), [all, filter, lang]);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asked === undefined) return;
    // What is asked for must not be filtered away.
    setFilter(EVERYTHING);
    list.current?.querySelector('.finding-shown')?.scrollIntoView({ block: 'nearest' });
  }, [asked]);
  if (all.length === 0) return <p className="hint">{texts.noFindings}</p>;
  const toggle = (severity: Severity): void => {
    const hidden = new Set(filter.hidden);
    if (!hidden.delete(severity)) hidden.add(severity);
    setFilter({ ...filter, hidden });
  };
  return (
    <div className="findings">
      <div className="filter-bar">
        <input
          type="search"
          className="filter-input"
          placeholder={texts.findingHint}
          aria-label={texts.filter}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
        {SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => (
          <button
            key={severity}
            type="button"
            className="button-small"
            aria-pressed={!filter.hidden.has(severity)}
            onClick={() => toggle(severity)}
          >
            <SeverityMark severity={severity} /> {texts.severities[severity]} {counts[severity]}
          </button>
        ))}
        <span className="spacer" />
        <span className="soft">{texts.findingsShown(shown.length, all.length)}</span>
      </div>
      <div className="findings-list" ref={list} tabIndex={0} role="region" aria-label={texts.findings}>
        {shown.length === 0 ? <p className="hint">{texts.noFindingsShown}</p> : null}
        {SEVERITIES.map((severity) => (
          <Group key={severity} severity={severity} findings={shown} asked={asked} />
        ))}
      </div>
    </div>
  );
}

interface GroupProps {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly asked: Finding | undefined;
}

function Group({ severity, findings, asked }: GroupProps): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const nodes = useNodes();
  const { rows } = useAtom(app.run).shown;
  const own = findings.filter((finding) => finding.severity === severity);
  if (own.length === 0) return null;
  return (
    <section>
      <h3 className="side-title">
        {texts.severities[severity]} <span className="tab-count">{own.length}</span>
      </h3>
      <ul className="plain-list">
        {own.map((finding) => {
          const place = placeOf(finding.subject, nodes, rows);
          return (
            <li key={`${finding.kind} ${finding.subject} ${finding.text}`}>
              <FindingCard
                finding={finding}
                isShown={finding === asked}
                onGo={place === undefined ? undefined : () => selectNode(app, place.node, place.tensor)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
