import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/shared/report.ts';
import type { DetectionHead } from '../../../src/shared/output-stage.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { catalogueFile, fixturesOf, STAGE_IDS } from './fixtures.ts';
import type { StageFixture } from './fixtures.ts';
import { ALL_KINDS, STAGES } from './stages.ts';

const fixtures = (id: string): readonly StageFixture[] => fixturesOf(id);
const nameOf = ({ name, file }: StageFixture): string => name ?? file.replace('.onnx', '');

const RUNS = STAGES.flatMap((row) =>
  row.names.map((name) => {
    const fixture = fixtures(row.id).find((one) => nameOf(one) === name);
    if (fixture === undefined) throw new Error(`no fixture ${row.id}/${name}`);
    return { name: `${row.id}/${name}`, row, fixture };
  }),
);
const reports = new Map<string, Report>();

beforeAll(async () => {
  for (const { name, row, fixture } of RUNS) {
    const at = (file: string): string => catalogueFile(row.id, file);
    const { deployed, image } = fixture;
    reports.set(
      name,
      await compareFiles(at(fixture.file), at(fixture.dump), {
        // What is after the last node is looked at by itself where the inputs are the recorded ones.
        inputs: deployed === undefined || row.id === 'O14' ? [] : [at(deployed)],
        deployed: deployed === undefined ? undefined : at(deployed),
        image: image === undefined ? undefined : at(image),
      }),
    );
  }
});

function reportOf(name: string): Report {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`${name} was not run`);
  return report;
}

test('every fixture is here', () => {
  const made = STAGE_IDS.flatMap((id) => fixtures(id).map((one) => `${id}/${nameOf(one)}`));
  expect(RUNS.map(({ name }) => name).sort()).toEqual(made.sort());
});

describe.each(RUNS)('$name', ({ name, row, fixture }) => {
  test(`is ${fixture.kind}`, () => {
    const { verdict } = reportOf(name);
    expect(verdict.kind, verdict.sentence).toBe(fixture.kind);
    const isAll = row.id === 'ALL' && fixture.kind !== 'no-fault';
    expect(verdict.kinds, verdict.sentence).toEqual(isAll ? ALL_KINDS : [fixture.kind]);
  });

  test('no innocent node is named', () => {
    const { verdict, tensors } = reportOf(name);
    expect(verdict.sites.map(({ node }) => node)).toEqual(fixture.sites.flatMap(({ nodes }) => nodes));
    const wrong = tensors.filter(
      ({ state, node }) => state === 'introduced' && !fixture.sites.some(({ nodes }) => nodes.includes(node)),
    );
    expect(wrong.map((tensor) => tensor.name)).toEqual([]);
    const isOutside = verdict.kind !== 'no-fault' && fixture.sites.length === 0;
    if (isOutside) expect(verdict.sentence).toMatch(/no (other )?node is at fault/);
  });

  test('what is fed is explained, where it differs', () => {
    const { inputs } = reportOf(name);
    const steps = inputs
      .filter(({ differs }) => differs)
      .map(({ explanation }) => explanation?.best?.steps ?? []);
    expect(steps.map((all) => all.map(({ kind }) => kind).sort())).toEqual(
      row.input === undefined ? [] : [[...row.input].sort()],
    );
    const sides = inputs.find(({ differs }) => differs)?.explanation?.sides;
    if (row.input === undefined) return;
    // Both pipelines of the case are found again from the picture, to one level.
    expect(sides?.recorded).toMatchObject({ order: 'resize-then-pad', padValue: [114, 114, 114] });
    expect(sides?.deployed).toMatchObject({
      order: 'pad-then-resize',
      filter: 'bilinear',
      padValue: [0, 0, 0],
    });
    expect(sides?.recorded?.residualLevels.max).toBeLessThanOrEqual(1);
    expect(sides?.deployed?.residualLevels.max).toBeLessThanOrEqual(1);
  });

  test('prompts are explained, where they differ', () => {
    const { prompts } = reportOf(name).inputStage;
    if (row.prompt === undefined) expect(prompts).toEqual([]);
    else {
      const { step, words } = row.prompt;
      expect(prompts.length).toBeGreaterThan(0);
      for (const prompt of prompts) {
        expect(prompt.refused).toBeUndefined();
        expect(prompt.steps.map(({ kind }) => kind)).toEqual([step]);
        for (const word of words) expect(prompt.text).toContain(word);
      }
    }
  });

  test('detections are explained, where they differ', () => {
    const heads = reportOf(name).outputStage.heads.filter(
      (head): head is DetectionHead => head.kind === 'detection' && head.decides,
    );
    const { unmap, rules } = row;
    if (unmap === undefined && rules === undefined) {
      expect(heads).toEqual([]);
      return;
    }
    const [head] = heads;
    expect(head?.unmap.map(({ kind }) => kind).slice(0, 1)).toEqual(unmap === undefined ? [] : [unmap]);
    const found = head?.nms?.explanations[0]?.differences.map(({ rule }) => rule) ?? [];
    expect([...found].sort()).toEqual([...(rules ?? [])].sort());
  });
});

describe('all at once', () => {
  const report = (): Report => reportOf('ALL/torchscript');

  test('what the differences before the first node do is measured on the model as it is deployed', () => {
    const { effects } = report().inputStage;
    // Boxes of the two recordings differ by 1.95 px at most: the fixture's figure, made by plain onnxruntime.
    const { samples } = fixtures('ALL').find((one) => one.file === 'torchscript.onnx') ?? { samples: [] };
    const boxes = effects.find(({ output }) => output === 'boxes');
    expect(boxes?.reached).toBe(true);
    expect(boxes?.maxAbs).toBeGreaterThan(0.5 * (samples[0]?.maxAbs ?? NaN));
    expect(boxes?.maxAbs).toBeLessThan(1.5 * (samples[0]?.maxAbs ?? NaN));
    expect(effects.find(({ output }) => output === 'scores')?.dims).toEqual({
      deployed: [1, 189, 5],
      recorded: [1, 189, 6],
    });
  });

  test('the deployed outputs are reproduced by the model as it is deployed, not by the one that is judged', () => {
    expect(report().observer.deployed).toMatchObject({ reproduced: true });
  });

  test('settings and versions of both sides are compared', () => {
    const { sides } = report().environment;
    const differing = sides.filter(({ differs }) => differs).map(({ group, name }) => `${group} ${name}`);
    expect(differing).toEqual(['post final_score', 'post pad', 'post scale', 'post score', 'post semantics']);
    // A build of the same version.
    expect(sides.find(({ name }) => name === 'torch')).toMatchObject({
      reference: '2.13.0+cpu',
      deployed: '2.13.0',
    });
  });
});

describe('a prompt that is fed with another length', () => {
  const at = (file: string): string => catalogueFile('O13', file);

  test('is explained, and followed to what reduces over it', async () => {
    const { verdict, inputs, inputStage } = await compareFiles(at('torchscript-open.onnx'), at('dump'), {
      inputs: [`guide=${at('guide-without-blank.npy')}`],
    });
    expect(verdict.kinds).toEqual(['input-differs']);
    const guide = inputs.find(({ name }) => name === 'guide');
    expect(guide?.steps.map(({ kind }) => kind)).toEqual(['shortened']);
    expect(guide?.reach).toMatchObject({
      firstMismatch: '/block/fc/MatMul',
      reductions: [{ opType: 'ReduceMax' }],
      outputs: ['y'],
    });
    // What the export without the blank prompt does: the fixture's figure of torchscript.onnx.
    const due = fixtures('O13').find(({ file }) => file === 'torchscript.onnx')?.samples[0]?.maxAbs ?? NaN;
    expect(inputStage.effects[0]?.maxAbs).toBeCloseTo(due, 3);
  });
});
