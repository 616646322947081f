import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const local = join(here, '..', '..', '.venv', 'bin', 'python');
const python = process.env['LAYERDIFF_PYTHON'] ?? (existsSync(local) ? local : undefined);

/** Why the Python suite cannot run here, or undefined. */
function obstacle(): string | undefined {
  if (python === undefined) return 'LAYERDIFF_PYTHON names no Python and there is no .venv';
  const probe = spawnSync(python, ['-c', 'import torch, numpy, safetensors'], { encoding: 'utf8' });
  if (probe.error !== undefined) return `${python}: ${probe.error.message}`;
  return probe.status === 0 ? undefined : (probe.stderr.trim().split('\n').at(-1) ?? 'torch is missing');
}

const reason = obstacle();
if (reason !== undefined) console.log(`The recorder's Python tests are skipped: ${reason}`);

it.skipIf(reason !== undefined)(
  'the Python suite of the recorder passes',
  () => {
    const done = spawnSync(python ?? '', ['-B', '-m', 'unittest', 'discover', '-s', here], {
      encoding: 'utf8',
    });
    expect(done.stderr).toMatch(/\nOK/);
    expect(done.status).toBe(0);
  },
  300_000,
);
