import { expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';

/** With next to nothing recorded, a whole network is one stretch: its rounding is only estimated, and that is said. */
const DUMP = 'resources/demo/dump';

test('a fault somewhere in 271 unrecorded nodes is never called healthy', async () => {
  const { verdict } = await compareFiles('resources/demo/faulty.onnx', DUMP, { include: '^nothing$' });
  expect(verdict.kinds).toContain('not-comparable');
  expect(verdict.sentence).toContain('record more of what lies between');
});

test('the healthy twin is no fault all the same', async () => {
  const { verdict } = await compareFiles('resources/demo/healthy.onnx', DUMP, { include: '^nothing$' });
  expect(verdict.kinds).toEqual(['no-fault']);
});
