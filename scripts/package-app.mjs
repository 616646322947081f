// The desktop app with electron-builder; arguments are passed on (`-- --dir`). Where Electron's binary is absent, `--dir`
// packs around a stand-in with a fuse wire, so that everything but the binary itself can be looked at; `--stand-in` does
// so anywhere.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const electron = dirname(require.resolve('electron/package.json'));

/** The documented sentinel, version 1, and the states of a fresh Electron: on, off, on, on, off, off, off, on. */
const FUSE_WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110001'),
]);

function standIn(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const script = Buffer.from('#!/bin/sh\necho "a stand-in for Electron" >&2\nexit 1\n');
  writeFileSync(join(folder, 'electron'), Buffer.concat([script, FUSE_WIRE]), { mode: 0o755 });
  writeFileSync(
    join(folder, 'version'),
    JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8')).version,
  );
  return folder;
}

const args = process.argv.slice(2);
for (const part of ['main/index.js', 'preload/index.cjs', 'renderer/index.html', 'service/entry.js']) {
  if (existsSync(join(root, 'build', part))) continue;
  console.error(`build/${part} is missing: npm run package:app builds it`);
  process.exit(1);
}

const wanted = args.indexOf('--stand-in');
if (wanted >= 0) args.splice(wanted, 1);
const distribution =
  process.env.ELECTRON_OVERRIDE_DIST_PATH ??
  (existsSync(join(electron, 'path.txt')) ? join(electron, 'dist') : undefined);
if (wanted < 0 && distribution !== undefined) args.push(`-c.electronDist=${distribution}`);
else if (wanted >= 0 || args.includes('--dir')) {
  const folder = standIn(join(root, 'build/electron-stand-in'));
  console.log('packing around a stand-in for Electron, which does not run');
  args.push(`-c.electronDist=${folder}`);
}
if (process.env.LAYERDIFF_E2E_BUILD === '1') args.push('-c.electronFuses.enableNodeCliInspectArguments=true');

const cli = join(dirname(require.resolve('electron-builder/package.json')), 'cli.js');
const { status } = spawnSync(process.execPath, [cli, '--publish', 'never', ...args], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
