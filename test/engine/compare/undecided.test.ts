import { expect, test } from 'vitest';
import { compareFiles } from '../../support/compare-files.ts';

/** With next to nothing recorded, a whole network is one stretch: what rounding does there has to be measured. */
const DUMP = 'resources/demo/dump';

test('a fault somewhere in 271 unrecorded nodes is never called healthy', async () => {
  const { verdict } = await compareFiles('resources/demo/faulty.onnx', DUMP, { include: '^nothing$' });
  expect(verdict.kinds).not.toContain('no-fault');
  expect(verdict.sentence).toMatch(/one of \d+ nodes before|record more of what lies between/);
});

test('the healthy twin is no fault all the same', async () => {
  const { verdict } = await compareFiles('resources/demo/healthy.onnx', DUMP, { include: '^nothing$' });
  expect(verdict.kinds).toEqual(['no-fault']);
});
