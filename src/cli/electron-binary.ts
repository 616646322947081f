import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Where Electron's binary is, if it was installed. Loading the package would try to download it, so its own record of
 * what is there (`path.txt`) is read instead, by the rules of its index.js.
 * @param folder of the package
 */
export function electronBinary(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder = packageFolder(),
): string | undefined {
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const name = folder === undefined ? undefined : recordedName(folder);
  if (override !== '') return existing(join(override, name ?? 'electron'));
  return folder === undefined || name === undefined ? undefined : existing(join(folder, 'dist', name));
}

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

function recordedName(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'path.txt'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
