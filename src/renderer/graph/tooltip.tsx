import type { ReactNode } from 'react';
import { formatNumber, formatShape } from '../../shared/format.ts';
import type { TensorRow } from '../../shared/report.ts';
import { graphTexts } from '../i18n/graph.ts';
import { useTexts } from '../i18n/language.ts';
import { useAtom } from '../state/atom.ts';
import type { ReadAtom } from '../state/atom.ts';
import { KIND } from './model/model-graph.ts';
import type { Look } from './paint/look.ts';
import { gainOf } from './paint/draw-edges.ts';
import type { Pointed } from './view/pointer.ts';

const WIDTH = 320;
const AWAY = 14;
const MOST_TENSORS = 4;

interface TooltipProps {
  readonly pointed: ReadAtom<Pointed | undefined>;
  readonly look: ReadAtom<Look | undefined>;
  readonly rows: ReadonlyMap<string, TensorRow>;
  readonly size: () => { readonly width: number; readonly height: number };
}

/** What is under the pointer, in words. The same is said in the node's own pane and in the list for screen readers. */
export function Tooltip({ pointed, look, rows, size }: TooltipProps): ReactNode {
  const now = useAtom(pointed);
  const seen = useAtom(look);
  if (now === undefined || seen === undefined) return undefined;
  const { width, height } = size();
  const isRight = now.x + AWAY + WIDTH > width;
  const isLow = now.y > height * 0.6;
  const place = {
    ...(isRight ? { right: Math.max(4, width - now.x + AWAY) } : { left: now.x + AWAY }),
    ...(isLow ? { bottom: height - now.y + AWAY } : { top: now.y + AWAY }),
  };
  return (
    <div className="graph-tip" style={{ ...place, maxWidth: WIDTH }} role="presentation">
      {now.kind === 'item' ? (
        <ItemTip look={seen} item={now.index} rows={rows} />
      ) : (
        <EdgeTip look={seen} edge={now.index} isStub={now.kind === 'stub'} rows={rows} />
      )}
    </div>
  );
}

function ItemTip({
  look: { prepared, scene, heat },
  item,
  rows,
}: {
  readonly look: Look;
  readonly item: number;
  readonly rows: ReadonlyMap<string, TensorRow>;
}): ReactNode {
  const texts = useTexts(graphTexts);
  const ref = scene.ref[item] ?? 0;
  const { graph, groups, model } = prepared;
  if (ref >= graph.count) {
    const group = ref - graph.count;
    const sites = heat.sites[ref] ?? 0;
    return (
      <>
        <strong>{groups.path[group]}</strong>
        <span>
          {texts.nodes(groups.size[group] ?? 0)}
          {sites > 0 && ` · ${texts.sites(sites)}`}
        </span>
        <small>{scene.isOpen[item] === 1 ? texts.close : texts.open}</small>
      </>
    );
  }
  const node = model.nodes[ref];
  if (node === undefined) {
    return (
      <>
        <strong>{graph.names[ref]}</strong>
        <span>{graph.kinds[ref] === KIND.input ? texts.input : texts.output}</span>
      </>
    );
  }
  return (
    <>
      <strong>{node.opType}</strong>
      <span className="graph-tip-name">{node.name}</span>
      {node.scope !== '' && <small>{node.scope}</small>}
      {node.outputs.map((output) => {
        const row = rows.get(output);
        return row === undefined ? undefined : <RowTip key={output} row={row} />;
      })}
    </>
  );
}

function RowTip({ row }: { readonly row: TensorRow }): ReactNode {
  const texts = useTexts(graphTexts);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [texts.state, texts.states[row.state]],
    [texts.ownError, number(row.local?.relative)],
    [texts.tolerance, number(row.tolerance)],
    [texts.excess, number(row.excess)],
    [texts.errorSoFar, number(row.total?.relativeL2)],
    [texts.gain, row.gain === undefined ? undefined : `×${formatNumber(row.gain)}`],
    [texts.reason, row.reason],
  ];
  return (
    <dl data-state={row.state}>
      {facts.map(([name, value]) =>
        value === undefined ? undefined : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function number(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatNumber(value);
}

function EdgeTip({
  look,
  edge,
  isStub,
  rows,
}: {
  readonly look: Look;
  readonly edge: number;
  readonly isStub: boolean;
  readonly rows: ReadonlyMap<string, TensorRow>;
}): ReactNode {
  const texts = useTexts(graphTexts);
  const { scene, prepared, marks } = look;
  const start = isStub ? scene.stubMemberStart : scene.memberStart;
  const members = isStub ? scene.stubMembers : scene.members;
  const tensors = new Set<number>();
  for (let at = start[edge] ?? 0; at < (start[edge + 1] ?? 0); at++) {
    tensors.add(prepared.graph.tensor[members[at] ?? 0] ?? 0);
  }
  const gain = isStub ? 0 : gainOf(scene, marks, edge);
  const named = [...tensors].slice(0, MOST_TENSORS).map((tensor) => prepared.graph.tensors[tensor] ?? '');
  return (
    <>
      {named.map((name) => {
        const row = rows.get(name);
        return (
          <span key={name}>
            <span className="graph-tip-name">{name}</span>
            {row?.dtype !== undefined && (
              <small>
                {row.dtype} {formatShape(row.shape)}
              </small>
            )}
          </span>
        );
      })}
      {tensors.size > MOST_TENSORS && <small>{texts.more(tensors.size - MOST_TENSORS)}</small>}
      {gain > 0 && (
        <small className="graph-tip-way">
          {texts.way} · {texts.gain} ×{formatNumber(gain)}
        </small>
      )}
      {isStub && <small>{texts.jump}</small>}
    </>
  );
}
