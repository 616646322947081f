import { expect, test } from 'vitest';
import { sideFacts } from '../../../src/engine/compare/sides.ts';
import type { Dump, Recording, StageRecord } from '../../../src/engine/dump/index.ts';
import type { OnnxModel } from '../../../src/engine/onnx/index.ts';

/** Only what the two sides state of themselves is looked at. */
const model = {
  producer: 'pytorch',
  producerVersion: '2.6.0',
  opsets: new Map([['', 12]]),
} as unknown as OnnxModel;

function dumpOf(recording: object, post: StageRecord['settings'] | undefined): Dump {
  return {
    recording: recording as Recording,
    samples: [{ pre: undefined, post: post === undefined ? undefined : { settings: post, tensors: [] } }],
  } as unknown as Dump;
}

const reference = dumpOf(
  {
    environment: { torch: '2.13.0+cpu', versions: { cv2: '4.6.0', numpy: '2.4.6' } },
    settings: { add_padding: true, size: [640, 640] },
    exported: { exporter: 'torchscript', opset: 17, flags: { do_constant_folding: true, simplify: false } },
  },
  { iou: 0.7, semantics: 'class-offset' },
);
const deployed = dumpOf(
  {
    environment: { torch: '', versions: { cv2: '5.0.0', numpy: '2.4.6', onnxruntime: '1.16.0' } },
    settings: { add_padding: false, size: [640, 640] },
    exported: { exporter: 'torchscript', opset: 12, flags: { simplify: true } },
  },
  { iou: 0.65, semantics: 'class-offset' },
);

test('versions, export flags and settings of both sides are set against each other', () => {
  const differing = sideFacts(model, reference, deployed).filter(({ differs }) => differs);
  expect(
    differing.map(({ group, name, reference: own, deployed: other }) => [group, name, own, other]),
  ).toEqual([
    ['version', 'cv2', '4.6.0', '5.0.0'],
    ['version', 'torch', '2.13.0+cpu', '2.6.0'],
    ['export', 'opset', '17', '12'],
    ['export', 'simplify', 'false', 'true'],
    ['setting', 'add_padding', 'true', 'false'],
    ['post', 'iou', '0.7', '0.65'],
  ]);
});

test('what only one side states does not differ', () => {
  const facts = sideFacts(model, reference, deployed);
  expect(facts.find(({ name }) => name === 'do_constant_folding')).toMatchObject({
    reference: 'true',
    deployed: undefined,
    differs: false,
  });
  // The deployed side's own runtime, not the one that judges.
  expect(facts.find(({ name }) => name === 'onnxruntime')?.deployed).toBe('1.16.0');
  expect(
    sideFacts(model, reference, undefined).filter(({ group, differs }) => differs && group !== 'version'),
  ).toEqual([expect.objectContaining({ group: 'export', name: 'opset' })]);
});

test('a build of the same version is the same version', () => {
  const same = { ...model, producerVersion: '2.13.0' };
  expect(sideFacts(same, reference, undefined).find(({ name }) => name === 'torch')?.differs).toBe(false);
});
