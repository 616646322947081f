import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dump } from '../../../src/engine/dump/index.ts';
import { openDump } from '../../../src/engine/dump/index.ts';
import type { DumpLintContext } from '../../../src/engine/lint/index.ts';
import { lintDump } from '../../../src/engine/lint/index.ts';
import { LayerdiffError } from '../../../src/shared/errors.ts';
import { writeSafetensors } from '../../support/build-model.ts';
import type { Graph } from '../../support/proto-model.ts';
import { floats, node, TYPE, value } from '../../support/proto-model.ts';
import type { DumpSpec, DumpTensor } from '../../support/write-dump.ts';
import { writeDump } from '../../support/write-dump.ts';
import { input, opened } from './support.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-lint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

function linted(path: string, context?: DumpLintContext): string[] {
  const dump = openDump(path);
  try {
    return lintDump(dump, context).map(({ severity, kind, subject }) =>
      `${severity} ${kind} ${subject}`.trimEnd(),
    );
  } finally {
    dump.close();
  }
}

/** Lints of a dump, without that of its one sample. */
function lintsOf(spec: DumpSpec, graph?: Graph): string[] {
  const path = join(folder, `dump-${count++}`);
  writeDump(spec, path);
  return linted(path, graph === undefined ? undefined : opened(graph)).filter(
    (line) => line !== 'info dump:one-sample',
  );
}

const X: DumpTensor = { dims: [1, 3, 4, 5], values: Array.from({ length: 60 }, (_, at) => at - 30) };

function recorded(more: Partial<DumpSpec>, x: DumpTensor = X): DumpSpec {
  const sample = {
    tensors: { x },
    entries: [['#0:input.0', 'x']] as const,
    inputs: { x: '#0:input.0' },
    outputs: {},
  };
  return { samples: [sample], ...more };
}

describe('how it was recorded', () => {
  test.each<readonly [what: string, spec: DumpSpec, lints: readonly string[]]>([
    ['soundly', recorded({}), []],
    ['TF32 on a GPU', recorded({ environment: { tf32: true, device: 'cuda:0' } }), ['warning dump:tf32']],
    ['a GPU without', recorded({ environment: { tf32: false, device: 'cuda:0' } }), []],
    ['autocast', recorded({ environment: { autocast: true } }), ['warning dump:autocast']],
    [
      'the root in training mode',
      recorded({ modules: [{ path: '', class: 'm.Net', training: true }] }),
      ['warning dump:training'],
    ],
    [
      'a Dropout in training mode',
      recorded({ modules: [{ path: 'drop', class: 'torch.nn.modules.dropout.Dropout', training: true }] }),
      ['warning dump:training drop'],
    ],
    [
      'a convolution in training mode',
      recorded({ modules: [{ path: 'conv', class: 'torch.nn.modules.conv.Conv2d', training: true }] }),
      ['info dump:training conv'],
    ],
    [
      'training, nobody knows where',
      recorded({ environment: { training: true } }),
      ['warning dump:training'],
    ],
  ])('%s', (_, spec, lints) => {
    expect(lintsOf(spec)).toEqual(lints);
  });

  test('one sample, and two', () => {
    const one = recorded({});
    const path = join(folder, 'samples');
    writeDump(one, path);
    expect(linted(path)).toEqual(['info dump:one-sample']);
    expect(lintsOf({ samples: [...one.samples, ...one.samples] })).toEqual([]);
  });

  test('without inputs', () => {
    const [sample] = recorded({}).samples;
    expect(lintsOf({ samples: [{ ...sample!, inputs: {} }] })).toEqual(['warning dump:missing-inputs']);
  });

  test('a bare file names none, unless an entry is named like the input', () => {
    const path = join(folder, 'bare.safetensors');
    writeSafetensors({ x: X, y: X }, path);
    const graph = (name: string): Graph => ({
      node: [node('Relu', [name], ['y'])],
      input: [input(name, 1, 3, 4, 5)],
    });
    expect(linted(path)).toContain('info dump:missing-inputs');
    expect(linted(path, opened(graph('image')))).toContain('info dump:missing-inputs');
    expect(linted(path, opened(graph('x')))).toEqual(['info dump:one-sample']);
  });
});

describe('beside the model', () => {
  const graph = (dims: readonly (number | string)[], elemType: number = TYPE.float32): Graph => ({
    node: [node('Add', ['x', 'w'], ['y'])],
    input: [value('x', elemType, dims)],
    initializer: [floats('w', [1], [1])],
  });
  const halves: DumpTensor = { dtype: 'float16', dims: [2], values: [0x3c00, 0x4000] };

  test.each<readonly [what: string, spec: DumpSpec, graph: Graph, lints: readonly string[]]>([
    ['what it declares', recorded({}), graph([1, 3, 4, 5]), []],
    ['symbolic axes', recorded({}), graph(['batch', 3, 'height', 'width']), []],
    ['another size', recorded({}), graph([1, 3, 8, 5]), ['warning dump:input-shape #0:input.0']],
    ['another rank', recorded({}), graph([3, 20]), ['warning dump:input-shape #0:input.0']],
    ['another kind', recorded({}), graph([1, 3, 4, 5], TYPE.int64), ['warning dump:input-shape #0:input.0']],
    ['another float', recorded({}, halves), graph([2]), ['info dump:dtype']],
  ])('%s', (_, spec, against, lints) => {
    expect(lintsOf(spec, against)).toEqual(lints);
  });

  test('NHWC is recognised', () => {
    const path = join(folder, 'nhwc');
    writeDump(recorded({}, { ...X, dims: [1, 4, 5, 3] }), path);
    const dump = openDump(path);
    const [found] = lintDump(dump, opened(graph([1, 3, 4, 5])));
    dump.close();
    expect(found?.text).toContain('NHWC recorded, NCHW exported');
    expect(found?.text).toContain('float32 [1, 3, 4, 5], recorded was float32 [1, 4, 5, 3]');
  });
});

describe('a module that runs twice', () => {
  const twice = (second: string): Graph => ({
    node: [
      node('Relu', ['x'], ['a'], [], { name: '/block/act/Relu' }),
      node('Relu', ['a'], ['y'], [], { name: second }),
    ],
    input: [input('x', 1, 3, 4, 5)],
  });
  const calls = (paths: readonly string[]): DumpSpec => {
    const [sample] = recorded({}).samples;
    const entries = paths.map((path) => [`${path}:output.0`, 'x'] as const);
    return { samples: [{ ...sample!, entries: [...sample!.entries, ...entries] }] };
  };

  test.each<readonly [what: string, recorded: readonly string[], second: string, lints: readonly string[]]>([
    ['recorded once', ['block.act#0'], '/block/act_1/Relu', ['warning dump:reused-module block.act']],
    ['recorded twice', ['block.act#0', 'block.act#1'], '/block/act_1/Relu', []],
    ['a module of that name', ['block.act#0', 'block.act_1#0'], '/block/act_1/Relu', []],
    ['a module that is not recorded', ['block#0'], '/block/act_1/Relu', []],
    ['one call', ['block.act#0'], '/block/other/Relu', []],
  ])('%s', (_, paths, second, lints) => {
    expect(lintsOf(calls(paths), twice(second))).toEqual(lints);
  });
});

describe('an entry that was overwritten', () => {
  const positive: DumpTensor = { dims: [32], values: Array.from({ length: 32 }, (_, at) => at / 8) };
  const mixed: DumpTensor = { dims: [32], values: Array.from({ length: 32 }, (_, at) => at - 4) };
  const zero: DumpTensor = { dims: [32], values: Array.from({ length: 32 }, () => 0) };
  const other: DumpTensor = { dims: [32], values: Array.from({ length: 32 }, (_, at) => at / 4) };
  const RELU = 'torch.nn.modules.activation.ReLU';
  const NORM = 'torch.nn.modules.batchnorm.BatchNorm2d';

  function block(made: DumpTensor, activated: DumpTensor, repr: string, makes = NORM, act = RELU): DumpSpec {
    const sample = {
      tensors: { made, activated },
      entries: [
        ['bn#0:output.0', 'made'],
        ['act#0:input.0', 'made'],
        ['act#0:output.0', 'activated'],
      ] as const,
      inputs: { x: 'bn#0:output.0' },
      outputs: {},
    };
    const modules = [
      { path: 'bn', class: makes },
      { path: 'act', class: act, repr },
    ];
    return { samples: [sample], modules };
  }

  const OVERWRITTEN = ['warning dump:overwritten bn#0:output.0'];
  test.each<readonly [what: string, spec: DumpSpec, lints: readonly string[]]>([
    ['ReLU in place', block(positive, positive, 'inplace=True'), OVERWRITTEN],
    ['not in place', block(positive, positive, ''), []],
    ['a copy was stored', block(mixed, positive, 'inplace=True'), []],
    ['equal with negative values: no ReLU ran', block(mixed, mixed, 'inplace=True'), []],
    ['other values', block(positive, other, 'inplace=True'), []],
    ['nothing to tell', block(zero, zero, 'inplace=True'), []],
    [
      'Dropout in eval mode passes values through',
      block(positive, positive, 'p=0.5, inplace=True', RELU, 'torch.nn.modules.dropout.Dropout'),
      [],
    ],
    [
      'after a pooling values may be positive',
      block(positive, positive, 'inplace=True', 'torch.nn.modules.pooling.MaxPool2d'),
      [],
    ],
  ])('%s', (_, spec, lints) => {
    expect(lintsOf(spec)).toEqual(lints);
  });

  test.each<readonly [what: string, tensors: Record<string, DumpTensor>, found: boolean]>([
    ['by name', { 'layer.bn1': positive, 'layer.relu1': positive }, true],
    ['another name', { 'layer.pool': positive, 'layer.relu1': positive }, false],
    ['a copy', { 'layer.bn1': mixed, 'layer.relu1': positive }, false],
  ])('in a bare dump, %s', (_, tensors, found) => {
    const path = join(folder, `bare-${count++}.safetensors`);
    writeSafetensors(tensors, path);
    expect(linted(path).includes('warning dump:overwritten layer.bn1')).toBe(found);
  });

  test('each entry is read once at most, and no further than the first negative value', () => {
    const size = 1 << 18;
    const long = (first: number): DumpTensor => ({
      dims: [size],
      values: Float32Array.from({ length: size }, (_, at) => (at === 0 ? first : at % 7)),
    });
    const read = (spec: DumpSpec): Map<string, number> => {
      const path = join(folder, `long-${count++}`);
      writeDump(spec, path);
      const dump = openDump(path);
      const elements = new Map<string, number>();
      const counting: Dump = {
        ...dump,
        read: (entry, start, length, target) => {
          elements.set(entry.storage, (elements.get(entry.storage) ?? 0) + length);
          dump.read(entry, start, length, target);
        },
      };
      lintDump(counting);
      dump.close();
      return elements;
    };
    const healthy = [...read(block(long(-1), long(0), 'inplace=True')).values()];
    expect(healthy).toEqual([1 << 16]);
    const damaged = [...read(block(long(0), long(0), 'inplace=True')).values()];
    expect(damaged).toEqual([size, size]);
  });

  test('what cannot be read is not judged, and other errors are not hidden', () => {
    const path = join(folder, `broken-${count++}`);
    writeDump(block(positive, positive, 'inplace=True'), path);
    const dump = openDump(path);
    const failing = (error: Error): Dump => ({
      ...dump,
      read: () => {
        throw error;
      },
    });
    const broken = lintDump(failing(new LayerdiffError('bad-file', 'ends early')));
    expect(broken.map(({ kind }) => kind)).toEqual(['dump:one-sample']);
    expect(() => lintDump(failing(new RangeError('a bug')))).toThrow('a bug');
    dump.close();
  });
});
