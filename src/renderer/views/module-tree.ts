import type { TensorRow } from '../../shared/report.ts';

/** A module with everything below it. */
export interface ModuleRow {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly nodes: number;
  readonly introduced: number;
  readonly hasChildren: boolean;
  /** Worst own error ÷ tolerance below; undefined where nothing was judged. */
  readonly excess: number | undefined;
  /** Largest relative L2 of the error so far below; Infinity for non-finite mismatches. */
  readonly total: number | undefined;
}

interface Growing {
  nodes: number;
  introduced: number;
  excess: number | undefined;
  total: number | undefined;
  children: Set<string>;
}

/** Modules in order of first execution, depth first, each with sums over what is below it. */
export function moduleRows(
  nodes: readonly { readonly scope: string; readonly outputs: readonly string[] }[],
  rows: ReadonlyMap<string, TensorRow>,
): ModuleRow[] {
  const modules = new Map<string, Growing>();
  const moduleAt = (path: string): Growing => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const made: Growing = {
      nodes: 0,
      introduced: 0,
      excess: undefined,
      total: undefined,
      children: new Set(),
    };
    modules.set(path, made);
    return made;
  };
  for (const { scope, outputs } of nodes) {
    const levels = scope === '' ? [] : scope.split('.');
    let path = '';
    for (let depth = 0; depth <= levels.length; depth++) {
      const module = moduleAt(path);
      module.nodes++;
      for (const name of outputs) addRow(module, rows.get(name));
      const level = levels[depth];
      if (level === undefined) break;
      path = path === '' ? level : `${path}.${level}`;
      module.children.add(path);
    }
  }
  const list: ModuleRow[] = [];
  const open: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  while (open.length > 0) {
    const { path, depth } = open.pop() as { path: string; depth: number };
    const module = modules.get(path);
    if (module === undefined) continue;
    const { children, ...sums } = module;
    list.push({ path, name: path.split('.').at(-1) ?? '', depth, hasChildren: children.size > 0, ...sums });
    for (const child of [...children].reverse()) open.push({ path: child, depth: depth + 1 });
  }
  return list;
}

function addRow(module: Growing, row: TensorRow | undefined): void {
  if (row === undefined) return;
  if (row.state === 'introduced') module.introduced++;
  if (row.excess !== undefined) module.excess = Math.max(module.excess ?? 0, row.excess);
  if (row.total === undefined) return;
  const total = row.total.nonFiniteMismatch > 0 ? Infinity : row.total.relativeL2;
  module.total = Math.max(module.total ?? 0, total);
}
