import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import type { UnmatchedEntry } from '../../shared/report.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectTensor } from '../state/select.ts';
import { DataTable } from '../widgets/data-table.tsx';

interface UnmatchedTensor {
  readonly name: string;
  readonly op: string;
  readonly reason: string;
}

/** What is left without partner on either side, with the reason; two rows chosen here can be paired by hand. */
export function CoverageView(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { report, rows } = useAtom(app.run).shown;
  const pairs = useAtom(app.handPairs);
  const [candidate, setCandidate] = useState<string | undefined>(undefined);
  const [entry, setEntry] = useState<string | undefined>(undefined);
  const unmatched = useMemo(
    (): readonly UnmatchedTensor[] =>
      (report?.coverage.unmatched.candidate ?? []).map((name) => ({
        name,
        op: rows.get(name)?.opType ?? '',
        reason: rows.get(name)?.reason ?? '',
      })),
    [report, rows],
  );
  if (report === undefined) return <p className="hint">{texts.noVerdictHint}</p>;
  const pairThem = (): void => {
    if (candidate === undefined || entry === undefined) return;
    app.handPairs.update((before) => new Map([...before, [candidate, entry]]));
    app.notice.set(texts.paired(candidate, entry));
  };
  return (
    <div className="coverage">
      <div className="filter-bar">
        <button
          type="button"
          className="button"
          disabled={candidate === undefined || entry === undefined}
          onClick={pairThem}
        >
          {texts.pair}
        </button>
        <span className="soft">{texts.pairHint}</span>
        <span className="spacer" />
        {pairs.size === 0 ? null : (
          <>
            <span>{texts.handPairs(pairs.size)}</span>
            <button type="button" className="button-small" onClick={() => app.handPairs.set(new Map())}>
              {texts.clearPairs}
            </button>
          </>
        )}
      </div>
      <div className="coverage-sides">
        <section className="coverage-side">
          <h3 className="side-title">
            {texts.unmatchedCandidate} <span className="soft">{unmatched.length}</span>
          </h3>
          <DataTable
            label={texts.unmatchedCandidate}
            rows={unmatched}
            keyOf={(row) => row.name}
            selected={candidate}
            onSelect={(row) => {
              setCandidate(row.name);
              selectTensor(app, row.name);
            }}
            columns={[
              {
                id: 'tensor',
                title: texts.column.tensor,
                width: 120,
                grows: true,
                value: (row) => row.name,
                cell: (row) => row.name,
              },
              {
                id: 'op',
                title: texts.column.op,
                width: 76,
                value: (row) => row.op,
                cell: (row) => row.op,
              },
              {
                id: 'reason',
                title: texts.column.reason,
                width: 120,
                grows: true,
                value: (row) => row.reason,
                cell: (row) => <span title={row.reason}>{row.reason}</span>,
              },
            ]}
          />
        </section>
        <section className="coverage-side">
          <h3 className="side-title">
            {texts.unmatchedReference}{' '}
            <span className="soft">{report.coverage.unmatched.reference.length}</span>
          </h3>
          <DataTable<UnmatchedEntry>
            label={texts.unmatchedReference}
            rows={report.coverage.unmatched.reference}
            keyOf={(row) => row.entry}
            selected={entry}
            onSelect={(row) => setEntry(row.entry)}
            columns={[
              {
                id: 'entry',
                title: texts.reference,
                width: 120,
                grows: true,
                value: (row) => row.entry,
                cell: (row) => row.entry,
              },
              {
                id: 'reason',
                title: texts.column.reason,
                width: 120,
                grows: true,
                value: (row) => row.reason,
                cell: (row) => (
                  <span title={row.reason}>
                    {row.expected ? `${texts.rightSo}: ` : ''}
                    {row.reason}
                  </span>
                ),
              },
            ]}
          />
        </section>
      </div>
    </div>
  );
}
