import type { Amplifier, Report, TensorRow } from '../../../shared/report.ts';
import { heatScale } from '../../draw/palette.ts';
import type { HeatScale } from '../../draw/palette.ts';
import type { Metric } from '../../state/metrics.ts';
import { add } from '../layout/csr.ts';
import type { Prepared } from './prepared.ts';

/** What a box says besides its colour, strongest first for a group's own. */
export const MARK = { plain: 0, compared: 1, unmatched: 2, over: 3, introduced: 4 } as const;

/** Colour and marks of everything, by vertex and then by group (its worst child's). */
export interface Heat {
  readonly scale: HeatScale;
  /** Of `scale.colors`, −1: no value. */
  readonly bin: Int16Array;
  readonly mark: Uint8Array;
  /** Nodes inside that introduce error; 1 for such a node itself. */
  readonly sites: Int32Array;
  /** Gain that is written beside a node, the largest inside beside a group; 0: none. */
  readonly gains: Float32Array;
}

export function heat(
  { model, graph, groups }: Prepared,
  rows: ReadonlyMap<string, TensorRow>,
  report: Report | undefined,
  metric: Metric,
  isDark: boolean,
): Heat {
  const total = graph.count + groups.count;
  const scale = heatScale(metric, rowValues(rows, metric), isDark);
  const bin = new Int16Array(total).fill(-1);
  const mark = new Uint8Array(total);
  const sites = new Int32Array(total);
  const gains = new Float32Array(total);
  for (const { tensor, gain } of toldAmplifiers(report)) {
    const id = graph.producerOf.get(tensor);
    if (id !== undefined) gains[id] = Math.max(gains[id] ?? 0, gain);
  }
  const introduced = new Set<number>();
  for (const site of report?.verdict.sites ?? []) {
    const id = graph.idOf.get(site.node ?? '') ?? graph.producerOf.get(site.tensor);
    if (id !== undefined) introduced.add(id);
  }
  for (let id = 0; id < graph.nodeCount && rows.size > 0; id++) {
    let isOver = false;
    for (const output of model.nodes[id]?.outputs ?? []) {
      const row = rows.get(output);
      if (row === undefined) continue;
      if (row.state === 'introduced') introduced.add(id);
      const isCompared = row.state !== 'not-compared' && row.state !== 'missing';
      mark[id] = Math.max(mark[id] ?? 0, isCompared ? MARK.compared : MARK.unmatched);
      const value = metric.value(row);
      if (value === undefined) continue;
      bin[id] = Math.max(bin[id] ?? -1, scale.binOf(value));
      isOver ||= scale.breakAt !== undefined && scale.binOf(value) >= scale.breakAt;
    }
    // A node with one output compared is compared.
    if ((bin[id] ?? -1) >= 0) mark[id] = isOver ? MARK.over : MARK.compared;
  }
  for (const id of introduced) {
    mark[id] = MARK.introduced;
    sites[id] = 1;
  }
  gather(graph.count, graph.nodeCount, groups.groupOf, groups.parent, { bin, mark, sites, gains });
  return { scale, bin, mark, sites, gains };
}

/** An error that grows by less in a step is carried on. */
const GROWS = 1.25;

/** The strongest, which the verdict names, and of the others those on the ways of the error, where there are any. */
function toldAmplifiers(report: Report | undefined): readonly Amplifier[] {
  const onWay = new Set(report?.paths.flatMap((path) => path.steps.map((step) => step.tensor)));
  return (report?.amplifiers ?? []).filter(
    ({ tensor, gain }, index) => index === 0 || (gain >= GROWS && (onWay.size === 0 || onWay.has(tensor))),
  );
}

/** Into each group the worst of what is inside. */
function gather(
  first: number,
  nodeCount: number,
  groupOf: Int32Array,
  parent: Int32Array,
  { bin, mark, sites, gains }: Omit<Heat, 'scale'>,
): void {
  const into = (group: number, from: number): void => {
    const to = first + group;
    bin[to] = Math.max(bin[to] ?? -1, bin[from] ?? -1);
    mark[to] = worse(mark[to] ?? 0, mark[from] ?? 0);
    add(sites, to, sites[from] ?? 0);
    gains[to] = Math.max(gains[to] ?? 0, gains[from] ?? 0);
  };
  for (let id = 0; id < nodeCount; id++) into(groupOf[id] ?? 0, id);
  for (let group = parent.length - 1; group > 0; group--) into(parent[group] ?? 0, first + group);
}

/** A group is unmatched only where everything in it is. */
function worse(one: number, other: number): number {
  if (one === MARK.plain || other === MARK.plain) return Math.max(one, other);
  const hasCompared = one === MARK.compared || other === MARK.compared;
  const most = Math.max(one, other);
  return most === MARK.unmatched && hasCompared ? MARK.compared : most;
}

function* rowValues(rows: ReadonlyMap<string, TensorRow>, metric: Metric): Generator<number> {
  for (const row of rows.values()) {
    const value = metric.value(row);
    if (value !== undefined) yield value;
  }
}
