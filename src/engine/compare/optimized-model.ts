import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnnxModel } from '../onnx/index.ts';
import { openModel } from '../onnx/index.ts';
import type { SessionSettings } from '../run/index.ts';
import { createSession } from '../run/index.ts';

/**
 * The graph that the runtime would run at a level, as the runtime writes it: that graph is what is taken apart, because
 * asking for values of the original would keep it from being optimised.
 * @param file the model as the runtime is to read it.
 */
export async function optimizedModel(
  { path: shown, folder: shownFolder }: OnnxModel,
  file: string,
  settings: Omit<SessionSettings, 'optimizedModelPath'>,
): Promise<OnnxModel> {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-'));
  try {
    const path = join(folder, 'optimized.onnx');
    const session = await createSession(file, { ...settings, optimizedModelPath: path });
    await session.release();
    return { ...openModel(path), path: shown, folder: shownFolder };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
