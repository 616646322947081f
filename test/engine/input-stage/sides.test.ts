import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InputExplanation, PipelineSide } from '../../../src/shared/input-stage.ts';
import { explainInput, readPicture } from '../../../src/engine/input-stage/index.ts';
import { readNpz } from './read-npz.ts';

/** Pipelines run by cv2, PIL and numpy (scripts/fixtures/make_pictures.py), the picture given. */
interface Case {
  readonly name: string;
  readonly deployed: string;
  readonly recorded: string;
  readonly picture?: string;
  readonly sides?: { readonly deployed: Partial<PipelineSide>; readonly recorded: Partial<PipelineSide> };
}

const FOLDER = 'test/fixtures/input-stage';
const cases = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Case[];
const tensors = readNpz(`${FOLDER}/truth.npz`);

function explain({ deployed, recorded, picture = '' }: Case): InputExplanation | undefined {
  const file = `test/fixtures/pictures/${picture.includes('.') ? picture : `${picture}.png`}`;
  return explainInput(
    tensors.get(deployed)!,
    tensors.get(recorded)!,
    readPicture(readFileSync(file), picture),
  );
}

const named = cases.filter(({ picture, sides }) => picture !== undefined && sides !== undefined);
const find = (name: string): Case => cases.find((one) => one.name === name)!;

describe('each side is named', () => {
  test('the table holds what it should', () => expect(named.length).toBeGreaterThanOrEqual(7));

  test.each(named)('$name', (one) => {
    const found = explain(one);
    expect(found?.sides?.deployed).toMatchObject(one.sides!.deployed);
    expect(found?.sides?.recorded).toMatchObject(one.sides!.recorded);
    // JPEG decoders differ by one level a component, three in a colour.
    const most = one.picture?.endsWith('.jpg') === true ? 3 : 1;
    expect(found?.sides?.deployed?.residualLevels.max).toBeLessThanOrEqual(most);
    expect(found?.sides?.recorded?.residualLevels.max).toBeLessThanOrEqual(most);
    // What one level of arithmetic leaves where two filters are nearly alike.
    expect(found?.best?.residualShare).toBeLessThan(0.02);
  });
});

test('a square picture that is not resized: nothing to explain', () => {
  expect(explain(find('YOLO-World, square'))).toBeUndefined();
});

test('the two pipelines of YOLO-World in words', () => {
  const found = explain(find('YOLO-World, photo-270x479'));
  expect(found?.sides?.deployed?.text).toBe(
    'RGB, padded with 0 (top 104, bottom 105, left 0, right 0 in pixels of the picture), then resized, the picture to 90 × 160 (bilinear, 8-bit levels), 0 … 1 (÷ 255), NCHW; reproduced exactly',
  );
  expect(found?.sides?.recorded?.text).toBe(
    'RGB, resized to 90 × 160 (area, 8-bit levels), padded with 114 (top 35, bottom 35, left 0, right 0), 0 … 1 (÷ 255), NCHW; reproduced exactly',
  );
  expect(found?.best?.steps.map(({ kind }) => kind)).toEqual(['resize-order', 'filter', 'pad-value']);
  expect(found?.best?.text).toContain(
    'padded, then resized where the recorded side is resized, then padded; bilinear filter instead of area; pad value 0 instead of 114 (8-bit levels)',
  );
});

test('an EXIF orientation that is ignored is named', () => {
  const found = explain(find('EXIF orientation ignored'));
  expect(found?.best?.steps).toMatchObject([
    { kind: 'orientation', fix: 'apply the EXIF orientation', parameters: { deployed: 1, recorded: 6 } },
  ]);
});

test('a picture that neither side was made from is said to be that', () => {
  const found = explain({ ...find('YOLO-World, photo-83x125'), picture: 'texture-90x130' });
  expect(found?.sides).toEqual({ deployed: undefined, recorded: undefined });
  expect(found?.note).toBe('no customary pipeline makes either side from the picture');
  expect(found?.best?.steps.map(({ kind }) => kind)).toEqual(['resize-order', 'pad-value']);
});

test('explanations are plain data', () => {
  const found = explain(find('YOLO-World, photo-83x125'));
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});
