import type { NoiseSource, TensorRow } from '../../shared/report.ts';

/** One place of the divergence profile: a node, or a module with all its nodes. */
export interface ProfilePoint {
  /** Node names, in execution order. */
  readonly nodes: readonly string[];
  readonly label: string;
  /** Relative L2 of the error so far; undefined where nothing was compared, Infinity for non-finite mismatches. */
  readonly total: number | undefined;
  /** Own error, relative. */
  readonly local: number | undefined;
  readonly floor: number | undefined;
  /** Where the floor comes from. */
  readonly floorSource: NoiseSource | undefined;
  readonly isIntroduced: boolean;
}

export interface ProfileNode {
  readonly name: string;
  readonly scope: string;
  readonly outputs: readonly string[];
}

/** Of several outputs of a node the worst counts. */
export function profileByNode(
  nodes: readonly ProfileNode[],
  rows: ReadonlyMap<string, TensorRow>,
): ProfilePoint[] {
  return nodes.map((node) =>
    pointOf(
      [node.name],
      node.name,
      node.outputs.flatMap((name) => rows.get(name) ?? []),
    ),
  );
}

/** Runs of nodes of the same module, each a point: a module that is called again comes again. */
export function profileByModule(
  nodes: readonly ProfileNode[],
  rows: ReadonlyMap<string, TensorRow>,
): ProfilePoint[] {
  const groups: { scope: string; nodes: ProfileNode[] }[] = [];
  for (const node of nodes) {
    const last = groups.at(-1);
    if (last?.scope === node.scope) last.nodes.push(node);
    else groups.push({ scope: node.scope, nodes: [node] });
  }
  return groups.map((group) =>
    pointOf(
      group.nodes.map((node) => node.name),
      group.scope,
      group.nodes.flatMap((node) => node.outputs.flatMap((name) => rows.get(name) ?? [])),
    ),
  );
}

function pointOf(nodes: readonly string[], label: string, rows: readonly TensorRow[]): ProfilePoint {
  const floor = worst(rows.map((row) => row.noiseFloor));
  return {
    nodes,
    label,
    total: worst(rows.map((row) => totalOf(row))),
    local: worst(rows.map((row) => (row.local === undefined ? undefined : Math.abs(row.local.relative)))),
    floor,
    floorSource: rows.find((row) => row.noiseFloor !== undefined && row.noiseFloor === floor)?.noiseSource,
    isIntroduced: rows.some((row) => row.state === 'introduced'),
  };
}

/** Where the floors come from, each source once, in order of appearance. */
export function floorSources(points: readonly ProfilePoint[]): readonly NoiseSource[] {
  return [...new Set(points.flatMap(({ floorSource }) => floorSource ?? []))];
}

function totalOf(row: TensorRow): number | undefined {
  if (row.total === undefined) return undefined;
  return row.total.nonFiniteMismatch > 0 ? Infinity : row.total.relativeL2;
}

function worst(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((most, value) => (value === undefined ? most : Math.max(most ?? 0, value)), undefined);
}

/**
 * Decades of the axis: from the smallest error that is not 0 to the largest finite one, at least four.
 * @param others errors that are shown beside the points
 */
export function decadesOf(
  points: readonly ProfilePoint[],
  others: readonly (number | undefined)[] = [],
): readonly [number, number] {
  let least = Infinity;
  let most = 0;
  const take = (value: number | undefined): void => {
    if (value === undefined || !(value > 0) || !Number.isFinite(value)) return;
    least = Math.min(least, value);
    most = Math.max(most, value);
  };
  for (const { total, local, floor } of points) for (const value of [total, local, floor]) take(value);
  others.forEach(take);
  if (most === 0) return [1e-8, 1];
  const high = Math.ceil(Math.log10(most));
  return [10 ** Math.min(Math.floor(Math.log10(least)), high - 4), 10 ** high];
}
