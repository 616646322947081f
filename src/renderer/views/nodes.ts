import { useMemo } from 'react';
import type { Report } from '../../shared/report.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';

/** A node as lists and the profile need it: of the model, or, where a report was opened alone, of its rows. */
export interface ListedNode {
  readonly name: string;
  readonly opType: string;
  readonly scope: string;
  readonly outputs: readonly string[];
}

const NO_NODES: readonly ListedNode[] = [];

/** In execution order. */
export function useNodes(): readonly ListedNode[] {
  const app = useApp();
  const model = useAtom(app.model);
  const { report } = useAtom(app.run).shown;
  return useMemo(
    () => model?.nodes ?? (report === undefined ? NO_NODES : nodesOfReport(report)),
    [model, report],
  );
}

export function nodesOfReport(report: Report): ListedNode[] {
  const nodes = new Map<string, { name: string; opType: string; scope: string; outputs: string[] }>();
  for (const row of report.tensors) {
    const known = nodes.get(row.node);
    if (known !== undefined) known.outputs.push(row.name);
    else nodes.set(row.node, { name: row.node, opType: row.opType, scope: row.scope, outputs: [row.name] });
  }
  return [...nodes.values()];
}
