import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { errorLine } from '../../../shared/errors.ts';
import { formatNumber } from '../../../shared/format.ts';
import type { TensorProbe } from '../../../shared/probe.ts';
import type { TensorRow } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { clientOf } from '../../state/actions.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { useRemote, valueOf } from '../../state/remote.ts';
import { AxisChart } from './axis-chart.tsx';
import { DensityChart } from './density-chart.tsx';
import { MapChart } from './map-chart.tsx';
import { ValueChart } from './value-chart.tsx';

const SLICE = 32;

/** Looks inside the tensor: asks the engine for charts of its values. */
export function ProbeSection({
  tensor,
  row,
}: {
  readonly tensor: string;
  readonly row: TensorRow | undefined;
}): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const view = useAtom(app.run);
  const sample = useAtom(app.sample);
  const [run, setRun] = useState<'free' | 'fed'>('fed');
  const [axes, setAxes] = useState<readonly [number, number] | undefined>(undefined);
  const [start, setStart] = useState(0);
  useEffect(() => {
    setAxes(undefined);
    setStart(0);
  }, [tensor]);
  const { job, report } = view.shown;
  const isAtHand =
    job !== undefined && job !== 'opened' && report !== undefined && view.state.kind === 'idle';
  const request = { tensor, sample, run, axes, values: { start, count: SLICE } };
  const answer = useRemote(isAtHand ? `${job} ${JSON.stringify(request)}` : undefined, () =>
    clientOf(app).probe(job ?? '', request),
  );
  if (!isAtHand) {
    const why =
      job === 'opened' ? texts.noProbe : view.state.kind === 'idle' ? texts.noProbe : texts.valuesGone;
    return report === undefined ? null : <p className="hint">{why}</p>;
  }
  const probe = valueOf(answer);
  return (
    <section className="probe" aria-busy={answer?.kind === 'loading'}>
      <div className="pane-bar">
        <h3 className="side-title">{texts.inside}</h3>
        <span className="spacer" />
        {(['fed', 'free'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button-small"
            aria-pressed={run === one}
            onClick={() => setRun(one)}
          >
            {one === 'fed' ? texts.fedRun : texts.freeRun}
          </button>
        ))}
      </div>
      {answer?.kind === 'loading' ? <p className="soft">{texts.loading}</p> : null}
      {answer?.kind === 'refused' ? <p className="problem-inline">{errorLine(answer.error)}</p> : null}
      {probe === undefined ? null : (
        <>
          <ValueChart probe={probe} name="values" />
          {probe.density === undefined ? null : (
            <DensityChart density={probe.density} name="reference-candidate" />
          )}
          {probe.map === undefined ? null : (
            <MapChart map={probe.map} dims={probe.dims} name="error-map" onAxes={setAxes} />
          )}
          {probe.profiles.length === 0 ? null : (
            <AxisChart profiles={probe.profiles} dims={probe.dims} name="error-along-axis" />
          )}
          {probe.worst.length === 0 ? null : <WorstTable probe={probe} />}
          <ValuesTable
            probe={probe}
            start={start}
            onStart={setStart}
            hasReference={row?.pairs.length !== 0}
          />
        </>
      )}
    </section>
  );
}

function WorstTable({ probe }: { readonly probe: TensorProbe }): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <table className="metrics">
      <caption>{texts.worstElements}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.index}</th>
          <th scope="col" className="number">
            {texts.candidate}
          </th>
          <th scope="col" className="number">
            {texts.reference}
          </th>
          <th scope="col" className="number">
            |d|
          </th>
        </tr>
      </thead>
      <tbody>
        {probe.worst.slice(0, 10).map((element) => (
          <tr key={element.index.join()}>
            <th scope="row">[{element.index.join(', ')}]</th>
            <td className="number">{formatNumber(element.candidate)}</td>
            <td className="number">{formatNumber(element.reference)}</td>
            <td className="number">{formatNumber(Math.abs(element.candidate - element.reference))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ValuesTableProps {
  readonly probe: TensorProbe;
  readonly start: number;
  readonly onStart: (start: number) => void;
  readonly hasReference: boolean;
}

function ValuesTable({ probe, start, onStart, hasReference }: ValuesTableProps): ReactNode {
  const texts = useTexts(windowTexts);
  const { slice, count } = probe;
  return (
    <table className="metrics">
      <caption>
        {texts.values}{' '}
        <label className="inline-label">
          {texts.from}
          <input
            className="number-input"
            type="number"
            min={0}
            max={Math.max(0, count - 1)}
            step={SLICE}
            value={start}
            onChange={(event) =>
              onStart(Math.min(Math.max(0, count - 1), Math.max(0, Number(event.target.value) || 0)))
            }
          />
        </label>
      </caption>
      <thead>
        <tr>
          <th scope="col">{texts.index}</th>
          <th scope="col" className="number">
            {texts.candidate}
          </th>
          {hasReference ? (
            <th scope="col" className="number">
              {texts.reference}
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {Array.from(slice.candidate, (value, at) => (
          <tr key={at}>
            <th scope="row">{slice.start + at}</th>
            <td className="number">
              {String(Math.fround(value) === value ? Number(value.toPrecision(8)) : value)}
            </td>
            {hasReference ? (
              <td className="number">
                {slice.reference === undefined
                  ? ''
                  : String(Number((slice.reference[at] ?? NaN).toPrecision(8)))}
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
