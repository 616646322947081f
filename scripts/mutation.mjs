// npm run mutation [-- --seed N --result FOLDER]: the full mutation test; prints the confusion table and every miss.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { seed: { type: 'string' }, result: { type: 'string' } } });

const env = {
  ...process.env,
  MUTATION: 'full',
  ...(values.seed === undefined ? {} : { MUTATION_SEED: values.seed }),
  ...(values.result === undefined ? {} : { MUTATION_RESULT: resolve(values.result) }),
};
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/engine/mutation'], {
  cwd: root,
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
