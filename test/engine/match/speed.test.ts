import { describe, expect, test } from 'vitest';
import { bindInputs } from '../../../src/engine/match/index.ts';
import type { SmallEntry, SmallNode } from './small.ts';
import { factsOf, matchSmall, recordingOf, smallGraph, smallSample } from './small.ts';

/** Blocks of ten nodes and three recorded outputs: 10,000 nodes, 3,000 outputs with as many inputs. */
const BLOCKS = 1000;

function largeNet(style: 'torchscript' | 'dynamo' | 'none'): {
  readonly nodes: readonly SmallNode[];
  readonly entries: readonly SmallEntry[];
  readonly classes: Readonly<Record<string, string>>;
} {
  const nodes: SmallNode[] = [];
  const entries: SmallEntry[] = [];
  const classes: Record<string, string> = {};
  let last = 'x';
  const add = (op: string, inputs: readonly string[], path: string): string => {
    const out = `v${nodes.length}`;
    const name = `/wrapper/${path.replaceAll('.fc', '/fc').replaceAll('.act', '/act')}/${op}_${nodes.length}`;
    const scopes = ['', path.split('.').slice(0, 2).join('.'), path, `fx_${nodes.length}`];
    nodes.push({
      op,
      in: inputs,
      out: [out],
      ...(style === 'torchscript' ? { name } : style === 'dynamo' ? { scopes } : {}),
    });
    return out;
  };
  for (let block = 0; block < BLOCKS; block++) {
    const path = `layers.${block}`;
    const record = (module: string, reads: string, makes: string): void => {
      entries.push(
        { key: `${module}#0:input.0`, storage: reads },
        { key: `${module}#0:output.0`, storage: makes },
      );
    };
    classes[path] = 'Block';
    classes[`${path}.fc`] = 'torch.nn.modules.linear.Linear';
    classes[`${path}.act`] = 'torch.nn.modules.activation.SiLU';
    const start = last;
    const product = add('MatMul', [start, `w${block}`], `${path}.fc`);
    const sum = add('Add', [product, 'bias'], `${path}.fc`);
    const gate = add('Sigmoid', [sum], `${path}.act`);
    const active = add('Mul', [sum, gate], `${path}.act`);
    let value = active;
    for (const op of ['Exp', 'Neg', 'Abs', 'Tanh', 'Sqrt']) value = add(op, [value], path);
    last = add('Add', [value, start], path);
    record(`${path}.fc`, start, sum);
    record(`${path}.act`, sum, active);
    entries.push({ key: `${path}#0:output.0`, storage: last });
  }
  return { nodes, entries, classes };
}

/** Times are printed, not asserted: what grows with the square of the nodes would run into the limit of a test. */
describe('a graph of 10,000 nodes with 3,000 recorded outputs', () => {
  test.each(['torchscript', 'dynamo', 'none'] as const)('names by %s', (style) => {
    const { nodes, entries, classes } = largeNet(style);
    const weights = ['bias', ...Array.from({ length: BLOCKS }, (_, block) => `w${block}`)];
    const graph = smallGraph({ inputs: ['x'], outputs: [nodes.at(-1)?.out[0] ?? ''], weights, nodes });
    const sample = smallSample(entries);
    const facts = factsOf(graph);
    const recording = recordingOf({ '': 'Net', ...classes });
    const weightOwners = new Map(weights.slice(1).map((name, block) => [name, `layers.${block}.fc.weight`]));
    const started = performance.now();
    const match = matchSmall(graph, sample, {
      facts,
      recording,
      ...(style === 'none' ? { weightOwners } : {}),
    });
    const millis = performance.now() - started;
    console.log(`${style}: ${millis.toFixed(0)} ms for ${nodes.length} nodes, ${entries.length} entries`);
    const wrong = match.pairs.filter(
      (pair) => pair.entry.role === 'output' && pair.tensor !== pair.entry.storage,
    );
    expect(wrong.map((pair) => `${pair.entry.key} → ${pair.tensor}`).slice(0, 5)).toEqual([]);
    const outputs = match.pairs.filter((pair) => pair.entry.role === 'output').length;
    expect(outputs).toBeGreaterThanOrEqual(style === 'none' ? 2 * BLOCKS : 3 * BLOCKS);
  });

  test('a bare dump, names spelled with _', () => {
    const { nodes, entries } = largeNet('torchscript');
    const graph = smallGraph({
      inputs: ['x'],
      outputs: [nodes.at(-1)?.out[0] ?? ''],
      weights: ['bias'],
      nodes,
    });
    const outputs = entries.filter((one) => one.key.includes('output'));
    const names = outputs.map((one) => ({ ...one, key: one.key.split('#')[0]?.replaceAll('.', '_') ?? '' }));
    const sample = smallSample(names);
    const started = performance.now();
    bindInputs(graph, sample);
    const match = matchSmall(graph, sample, { facts: factsOf(graph) });
    const millis = performance.now() - started;
    console.log(`bare: ${millis.toFixed(0)} ms`);
    expect(match.pairs.filter((pair) => pair.tensor === pair.entry.storage)).toHaveLength(3 * BLOCKS);
  });

  test('calls of one module, a thousand times', () => {
    const nodes = Array.from({ length: 3 * BLOCKS }, (_, call): SmallNode => ({
      op: 'Relu',
      in: [call === 0 ? 'x' : `v${call - 1}`],
      out: [`v${call}`],
      name: call === 0 ? '/act/Relu' : `/act_${call}/Relu`,
    }));
    const graph = smallGraph({ inputs: ['x'], outputs: [`v${3 * BLOCKS - 1}`], nodes });
    const entries = nodes.map((node, call) => ({ key: `act#${call}:output.0`, storage: node.out[0] ?? '' }));
    const sample = smallSample(entries);
    const started = performance.now();
    const match = matchSmall(graph, sample, { recording: recordingOf({ act: 'ReLU' }) });
    console.log(`calls: ${Math.round(performance.now() - started)} ms`);
    expect(match.pairs.every((pair) => pair.tensor === pair.entry.storage)).toBe(true);
    expect(match.pairs).toHaveLength(3 * BLOCKS);
  });
});
