import type { ReactNode } from 'react';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import type { NodeDetail } from '../../../shared/model-view.ts';
import type { Site, TensorRow } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { clientOf } from '../../state/actions.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { useRemote, valueOf } from '../../state/remote.ts';
import { FindingCard } from '../findings/finding-card.tsx';
import { ofNode } from '../findings/gather.ts';
import { useFindings } from '../findings/use-findings.ts';
import { ModelFacts } from '../model-facts.tsx';
import { useNodes } from '../nodes.ts';
import { SiteFacts } from '../site/site-facts.tsx';
import { ErrorChart } from './error-chart.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { ProbeSection } from './probe-section.tsx';
import { SamplesChart } from './samples-chart.tsx';

/** Everything about the selected node: what it is, what it reads and makes, and how far it is from the reference. */
export function NodePane(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const selection = useAtom(app.selection);
  const selectedTensor = useAtom(app.selectedTensor);
  const model = useAtom(app.model);
  const { rows, report } = useAtom(app.run).shown;
  const nodes = useNodes();
  const findings = useFindings();
  const detail = valueOf(
    useRemote(model === undefined || selection === undefined ? undefined : `${model.path} ${selection}`, () =>
      clientOf(app).node(model?.path ?? '', selection ?? ''),
    ),
  );
  const listed = nodes.find((node) => node.name === selection);
  if (selection === undefined || listed === undefined)
    return model === undefined ? <p className="hint">{texts.noNode}</p> : <ModelFacts model={model} />;
  const outputs = listed.outputs.filter((name) => name !== '');
  const tensor = outputs.find((name) => name === selectedTensor) ?? outputs[0];
  const row = tensor === undefined ? undefined : rows.get(tensor);
  const sites = report?.verdict.sites.filter((site) => belongs(site, selection, outputs)) ?? [];
  return (
    <article className="node-pane" aria-label={`${texts.node} ${selection}`}>
      <header className="node-head">
        <h2 className="node-title">{listed.opType}</h2>
        <p className="node-fullname">{listed.name}</p>
        {listed.scope === '' ? null : <p className="soft node-scope">{listed.scope}</p>}
      </header>
      {outputs.length > 1 ? (
        <select
          aria-label={texts.outputsOf}
          value={tensor}
          onChange={(event) => app.selectedTensor.set(event.target.value)}
        >
          {outputs.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : null}
      {row === undefined ? null : <RowHead row={row} />}
      {sites.map((site) => (
        <section key={site.tensor} className="node-site" aria-label={texts.introducedHere}>
          <SiteFacts site={site} naming={site.node === selection ? 'this' : 'named'} />
        </section>
      ))}
      {ofNode(findings, listed).map((finding) => (
        <FindingCard key={`${finding.kind} ${finding.text}`} finding={finding} />
      ))}
      {row === undefined ? null : <RowCharts row={row} />}
      {tensor === undefined ? null : <ProbeSection tensor={tensor} row={row} />}
      {row === undefined || (row.total === undefined && row.local === undefined) ? null : (
        <MetricsTable row={row} />
      )}
      {detail === undefined ? null : <Detail detail={detail} />}
    </article>
  );
}

/** A node of a site, or the one that makes what it was noticed at. */
function belongs(site: Site, node: string, outputs: readonly string[]): boolean {
  return site.node === undefined
    ? site.nodes.includes(node) || outputs.includes(site.tensor)
    : site.node === node || outputs.includes(site.tensor);
}

function RowHead({ row }: { readonly row: TensorRow }): ReactNode {
  const texts = useTexts(windowTexts);
  const [pair] = row.pairs;
  return (
    <dl className="facts">
      <dt>{texts.column.tensor}</dt>
      <dd>
        {row.name}{' '}
        <span className="soft">{`${row.dtype ?? ''} ${row.shape === undefined ? '' : formatShape(row.shape)}`}</span>
      </dd>
      <dt>{texts.column.state}</dt>
      <dd>
        <span className={`state state-${row.state}`}>{texts.state[row.state]}</span> {row.reason ?? ''}
      </dd>
      {pair === undefined ? null : (
        <>
          <dt>{texts.column.matchedBy}</dt>
          <dd>
            {pair.entry}{' '}
            <span className="soft">
              {pair.rule}, {pair.confidence}
            </span>
          </dd>
        </>
      )}
      {row.excess === undefined ? null : (
        <>
          <dt>{texts.ownError}</dt>
          <dd>
            {formatNumber(row.local?.relative ?? NaN)} = <strong>{formatNumber(row.excess)}</strong>{' '}
            {texts.times}
          </dd>
        </>
      )}
      {row.noiseFloor === undefined ? null : (
        <>
          <dt>{texts.noiseFloor}</dt>
          <dd>
            {formatNumber(row.noiseFloor)}{' '}
            {row.noiseSource === undefined ? null : (
              <span className="soft">{texts.floorSource[row.noiseSource]}</span>
            )}
          </dd>
        </>
      )}
    </dl>
  );
}

function RowCharts({ row }: { readonly row: TensorRow }): ReactNode {
  const texts = useTexts(windowTexts);
  const { local, total } = row;
  const tolerance =
    row.tolerance === undefined || local === undefined ? undefined : row.tolerance * local.scale;
  return (
    <>
      {local === undefined ? null : (
        <ErrorChart
          measure={local}
          tolerance={tolerance}
          title={`${texts.errorHistogram}, ${texts.ownError}`}
          name="own-error"
        />
      )}
      {total === undefined ? null : (
        <ErrorChart
          measure={total}
          tolerance={undefined}
          title={`${texts.errorHistogram}, ${texts.errorSoFar}`}
          name="error-so-far"
        />
      )}
      <SamplesChart row={row} />
    </>
  );
}

function Detail({ detail }: { readonly detail: NodeDetail }): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <>
      <section>
        <h3 className="side-title">{texts.attributes}</h3>
        {detail.attributes.length === 0 ? <p className="soft">{texts.noAttributes}</p> : null}
        <dl className="facts">
          {detail.attributes.map((attribute) => (
            <div key={attribute.name} className={attribute.isDefault ? 'fact fact-default' : 'fact'}>
              <dt>{attribute.name}</dt>
              <dd>
                {attribute.value}{' '}
                {attribute.isDefault ? <span className="soft">({texts.byDefault})</span> : null}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <Values title={texts.inputsOf} detail={detail} />
      {detail.source.length === 0 ? null : (
        <section>
          <h3 className="side-title">{texts.source}</h3>
          <ul className="plain-list source">
            {detail.source.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Inputs with what is known of their error: where it came in. */
function Values({ title, detail }: { readonly title: string; readonly detail: NodeDetail }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { rows } = useAtom(app.run).shown;
  return (
    <section>
      <h3 className="side-title">{title}</h3>
      <ul className="plain-list">
        {detail.inputs.map((input, index) => {
          const row = rows.get(input.name);
          const { weight } = input;
          return (
            <li key={`${input.name} ${index}`} className="value-row">
              <span className="value-name">{input.name}</span>
              <span className="soft">
                {row?.dtype ?? input.dtype} {formatShape(row?.shape ?? input.dims)}
              </span>
              {weight === undefined ? (
                row?.total === undefined ? null : (
                  <span className="soft">
                    {texts.errorSoFar} {formatNumber(row.total.relativeL2)}
                  </span>
                )
              ) : (
                <span className="soft">
                  {texts.weight} {formatNumber(weight.min)} … {formatNumber(weight.max)}, μ{' '}
                  {formatNumber(weight.mean)}, σ {formatNumber(weight.std)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
