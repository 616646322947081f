import type { App } from './app.ts';

/** Selects a node, and of its outputs the one asked for or the one with the larger error. */
export function selectNode(app: App, node: string | undefined, tensor?: string): void {
  app.selection.set(node);
  app.selectedTensor.set(tensor ?? (node === undefined ? undefined : worstOutput(app, node)));
}

export function selectTensor(app: App, tensor: string): void {
  const row = app.run.get().shown.rows.get(tensor);
  selectNode(app, row?.node ?? producerOf(app, tensor), tensor);
}

function producerOf(app: App, tensor: string): string | undefined {
  return app.model.get()?.nodes.find((node) => node.outputs.includes(tensor))?.name;
}

function worstOutput(app: App, node: string): string | undefined {
  const { rows } = app.run.get().shown;
  const outputs = app.model.get()?.nodes.find((one) => one.name === node)?.outputs;
  const names = outputs ?? [...rows.values()].filter((row) => row.node === node).map((row) => row.name);
  return [...names]
    .filter((name) => name !== '')
    .sort((a, b) => (rows.get(b)?.excess ?? -1) - (rows.get(a)?.excess ?? -1))[0];
}

/** Next or previous site (then amplifier), wrapping around. */
export function stepFinding(app: App, by: 1 | -1): void {
  const { report } = app.run.get().shown;
  if (report === undefined) return;
  const stops = [
    ...report.verdict.sites.map((site) => site.tensor),
    ...report.amplifiers.slice(0, 10).map((amplifier) => amplifier.tensor),
  ];
  const tensors = [...new Set(stops)];
  if (tensors.length === 0) return;
  const at = tensors.indexOf(app.selectedTensor.get() ?? '');
  const next =
    tensors[at < 0 ? (by === 1 ? 0 : tensors.length - 1) : (at + by + tensors.length) % tensors.length];
  if (next !== undefined) selectTensor(app, next);
}
