import { expect, test } from 'vitest';
import { parseHead, recogniseHead } from '../../../src/engine/output-stage/index.ts';
import type { Dtype } from '../../../src/shared/dtype.ts';
import { errorToWire, isLayerdiffError } from '../../../src/shared/errors.ts';

test.each([
  [
    'detection:boxes=boxes,scores=scores,format=xyxy,score=0.25,iou=0.65,max=100',
    {
      kind: 'detection',
      outputs: { boxes: 'boxes', scores: 'scores' },
      settings: { format: 'xyxy', score: 0.25, iou: 0.65, max: 100 },
    },
  ],
  ['classification:logits', { kind: 'classification', outputs: { logits: 'logits' }, settings: {} }],
  ['segmentation:masks', { kind: 'segmentation', outputs: { masks: 'masks' }, settings: {} }],
  ['embedding:features', { kind: 'embedding', outputs: { features: 'features' }, settings: {} }],
  ['embedding:"a,b=c:d"', { kind: 'embedding', outputs: { features: 'a,b=c:d' }, settings: {} }],
  [
    'classification: /head/fc:0 ',
    { kind: 'classification', outputs: { logits: '/head/fc:0' }, settings: {} },
  ],
  [
    'detection:output0,image-size=720:1280,candidate.iou=0.65,reference.iou=0.7,sorts_corners=true,max=none',
    {
      kind: 'detection',
      outputs: { raw: 'output0' },
      settings: { 'image-size': [720, 1280], sorts_corners: true, max: 'none' },
      reference: { iou: 0.7 },
      candidate: { iou: 0.65 },
    },
  ],
  ['detection:__proto__', { kind: 'detection', outputs: { raw: '__proto__' }, settings: {} }],
])('%s', (text, expected) => {
  expect(parseHead(text)).toEqual(expected);
});

test.each([
  ['', 'nothing is no kind of head'],
  ['detektion:boxes=a', 'detektion is no kind of head'],
  ['toString:a', 'toString is no kind of head'],
  ['classification', 'which output is the logits?'],
  ['detection:boxes=a', 'boxes and scores belong together'],
  ['detection:raw=a,boxes=b,scores=c', 'exclude each other'],
  ['detection:labels=a', 'belong to boxes and scores'],
  ['detection:boxes=a,boxes=b', 'boxes is given twice'],
  ['detection:boxes=,scores=b', 'boxes is empty'],
  ['detection:a,iou=1.5', 'the setting iou cannot be 1.5'],
  ['detection:a,iuo=0.5', 'the setting iuo is not known'],
  ['detection:a,max=-1', 'the setting max cannot be -1'],
  ['detection:a,__proto__=1', 'is not known'],
  ['embedding:"a', 'cannot read'],
])('%s: says what is wrong, where, and the way out', (text, message) => {
  let error: unknown;
  try {
    parseHead(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(isLayerdiffError(error)).toBe(true);
  const { tag, message: said, place, wayOut } = errorToWire(error);
  expect(tag).toBe('bad-request');
  expect(said).toContain(message);
  expect(place).toBe(`--head ${text}`);
  expect(wayOut).toBeDefined();
});

type Shape = readonly [name: string, dtype: Dtype, ...dims: readonly number[]];
const shapes = (all: readonly Shape[]): Parameters<typeof recogniseHead>[0] =>
  all.map(([name, dtype, ...dims]) => ({ name, dtype, dims }));

test.each<[string, readonly Shape[], string | undefined, object]>([
  [
    'boxes and scores',
    [
      ['scores', 'float32', 1, 8400, 80],
      ['boxes', 'float32', 1, 8400, 4],
    ],
    'detection',
    { boxes: 'boxes', scores: 'scores' },
  ],
  ['YOLOv8', [['output0', 'float32', 1, 84, 8400]], 'detection', { raw: 'output0' }],
  ['YOLOv5', [['output', 'float32', 1, 25200, 85]], 'detection', { raw: 'output' }],
  [
    'after suppression',
    [
      ['num_dets', 'int64', 1, 1],
      ['boxes', 'float32', 1, 100, 4],
      ['scores', 'float32', 1, 100],
      ['labels', 'int64', 1, 100],
    ],
    'detection',
    { boxes: 'boxes', scores: 'scores', labels: 'labels', count: 'num_dets' },
  ],
  ['rows of six', [['output0', 'float32', 1, 300, 6]], 'detection', { detections: 'output0' }],
  ['logits', [['logits', 'float32', 1, 1000]], 'classification', { logits: 'logits' }],
  ['an embedding by name', [['image_embeds', 'float16', 4, 512]], 'embedding', { features: 'image_embeds' }],
  ['scores of pixels', [['out', 'float32', 1, 21, 64, 64]], 'segmentation', { masks: 'out' }],
  ['labels of pixels', [['out', 'int64', 1, 64, 64]], 'segmentation', { masks: 'out' }],
  ['hidden states', [['last_hidden_state', 'float32', 1, 12, 768]], undefined, {}],
  ['one number', [['loss', 'float32']], undefined, {}],
])('%s is recognised', (_, outputs, kind, roles) => {
  const [head, ...more] = recogniseHead(shapes(outputs));
  expect(head?.kind).toBe(kind);
  if (kind !== undefined) expect(head?.outputs).toEqual(roles);
  expect(more).toEqual([]);
});
