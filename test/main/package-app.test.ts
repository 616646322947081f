import { spawn, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Child } from '../../src/main/engine/child.ts';
import { spawnNode } from '../../src/main/engine/node-child.ts';
import type { EngineEvent, EngineOrder } from '../../src/shared/progress.ts';
import { optionsFor } from '../support/compare-files.ts';

/** A real run of electron-builder around a stand-in for Electron: what is packed, and that it works. */
const CANNOT = whyNot();
if (CANNOT !== undefined) console.log(`packaging is not tested: ${CANNOT}`);

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'the stand-in is a Linux program';
  const version = spawnSync(process.execPath, [builder(), '--version']);
  return version.status === 0 ? undefined : 'electron-builder does not run here';
}

function builder(): string {
  return createRequire(import.meta.url).resolve('electron-builder/cli.js');
}

const NATIVE = /\.(node|dll|dylib|so(\.\d+)*)$/;

function pack(distribution: string | undefined, args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: distribution };
  return spawnSync(process.execPath, ['scripts/package-app.mjs', '--dir', ...args], {
    encoding: 'utf8',
    env,
  });
}

describe.skipIf(CANNOT !== undefined)('the packed app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layerdiff-package-'));
  const app = join(folder, process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  let files: readonly string[];
  let child: Child | undefined;

  beforeAll(() => {
    if (!['main/index.js', 'renderer/index.html'].every((name) => existsSync(join('build', name)))) {
      const cli = resolve('node_modules/electron-vite/bin/electron-vite.js');
      const vite = spawnSync(process.execPath, [cli, 'build'], { encoding: 'utf8' });
      expect(vite.status, vite.stdout + vite.stderr).toBe(0);
    }
    const made = pack(undefined, ['--stand-in', `-c.directories.output=${folder}`]);
    expect(made.status, made.stdout + made.stderr).toBe(0);
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  });
  afterAll(() => {
    child?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has exactly one ONNX Runtime: one binding and its library, of this platform', () => {
    const native = files.filter((name) => NATIVE.test(name));
    expect(native.map((name) => basename(name)).sort()).toEqual([
      'libonnxruntime.so.1',
      'onnxruntime_binding.node',
    ]);
    for (const name of native) {
      expect(name).toContain('app.asar.unpacked');
      expect(name).toContain(`/linux/${process.arch}/`);
    }
  });

  test('packed for another system it has the library of that one', () => {
    const distribution = join(folder, 'stand-in');
    cpSync('build/electron-stand-in', distribution, { recursive: true });
    cpSync(join(distribution, 'electron'), join(distribution, 'electron.exe'));
    const target = join(folder, 'other');
    const made = pack(distribution, [
      '--win',
      '--arm64',
      `-c.directories.output=${target}`,
      // The stand-in is no program of Windows, so nothing can be written into it.
      '-c.win.signAndEditExecutable=false',
      '-c.disableAsarIntegrity=true',
    ]);
    expect(made.status, made.stdout + made.stderr).toBe(0);
    const names = readdirSync(target, { recursive: true, encoding: 'utf8' });
    const native = names.filter((name) => NATIVE.test(name) && name.includes('onnxruntime-node'));
    expect(native.map((name) => basename(name)).sort()).toEqual([
      'DirectML.dll',
      'dxcompiler.dll',
      'dxil.dll',
      'onnxruntime.dll',
      'onnxruntime_binding.node',
    ]);
    for (const name of native) expect(name).toContain('/win32/arm64/');
  });

  test('keeps main, preload and page inside the archive, without sources, maps or the command line', () => {
    const unpacked = files.filter((name) => name.includes('app.asar.unpacked'));
    expect(unpacked.filter((name) => /build\/(main|preload|renderer)/.test(name))).toEqual([]);
    const archive = readFileSync(join(app, 'resources/app.asar'));
    const header = archive.subarray(16, 16 + archive.readUInt32LE(12)).toString();
    const { files: top } = JSON.parse(header) as {
      files: Record<string, { files?: Record<string, unknown> }>;
    };
    expect(Object.keys(top).sort()).toEqual([
      'LICENSE',
      'build',
      'node_modules',
      'package.json',
      'resources',
    ]);
    expect(Object.keys(top['build']?.files ?? {}).sort()).toEqual([
      'engine',
      'main',
      'preload',
      'renderer',
      'service',
      'shared',
    ]);
    expect(Object.keys(top['node_modules']?.files ?? {}).sort()).toEqual([
      'birpc',
      'fast-png',
      'fflate',
      'iobuffer',
      'jpeg-js',
      'long',
      'onnxruntime-common',
      'onnxruntime-node',
      'protobufjs',
      'zod',
    ]);
    expect(header).not.toMatch(/\.map"|\.tsbuildinfo"|\.d\.ts"/);
  });

  test('has the fuses of docs/electron-security.md', () => {
    const fuses = createRequire(import.meta.url).resolve('@electron/fuses/package.json');
    const bin = resolve(fuses, '..', 'dist/bin.js');
    const { stdout } = spawnSync(process.execPath, [bin, 'read', '--app', join(app, 'layerdiff-desktop')], {
      encoding: 'utf8',
    });
    expect(stdout.match(/\w+ is \w+/g)).toEqual([
      'RunAsNode is Disabled',
      'EnableCookieEncryption is Enabled',
      'EnableNodeOptionsEnvironmentVariable is Disabled',
      'EnableNodeCliInspectArguments is Disabled',
      'EnableEmbeddedAsarIntegrityValidation is Enabled',
      'OnlyLoadAppFromAsar is Enabled',
      'LoadBrowserProcessSpecificV8Snapshot is Disabled',
      'GrantFileProtocolExtraPrivileges is Disabled',
    ]);
  });

  test('its engine compares its demo in a plain Node, as it does for large models', async () => {
    const resources = join(app, 'resources/app.asar.unpacked/resources/demo');
    child = spawnNode(spawn, process.execPath, join(app, 'resources/app.asar/build/service/entry.js'), {
      name: 'packed',
      cwd: resources,
    });
    const done = new Promise<EngineEvent>((resolveEvent, reject) => {
      child?.onMessage((message) => {
        const event = message as EngineEvent;
        if (event.type === 'done' || event.type === 'failed') resolveEvent(event);
      });
      void child?.ended.then(({ how, stderr }) => reject(new Error(`${how}: ${stderr}`)));
    });
    const options = optionsFor(join(resources, 'healthy.onnx'), join(resources, 'dump'));
    child.post({ type: 'compare', options } satisfies EngineOrder);
    expect(await done).toMatchObject({ type: 'done', report: { verdict: { kind: 'no-fault' } } });
  });
});
