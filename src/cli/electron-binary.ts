import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Where Electron's binary is, if it was installed. Loading the package would try to download it, so its own record of
 * what is there (`path.txt`) is read instead.
 */
export function electronBinary(environment = process.env): string | undefined {
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const name = readFileSync(join(folder, 'path.txt'), 'utf8').trim();
    const path = join(override ?? join(folder, 'dist'), name);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
