// Electronegativity over what Electron will run: the built main process, the preload, and the page under its policy.
// Fails on every finding that is not listed below with its reason, and on a file that the checker could not read.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const read = (path) => readFileSync(join(root, path), 'utf8');

/** What the checker asks a human to look at, and what was seen. Anything else of the kind fails. */
const REVIEWED = [
  {
    id: 'OPEN_EXTERNAL_JS_CHECK',
    sample: /openExternal/,
    reason:
      'the only way to it is allowedExternal: https, known hosts, address written anew (test/main/security.test.ts)',
  },
  {
    id: 'PRELOAD_JS_CHECK',
    sample: /preload/,
    reason: 'exposes verbs only; exact keys and channels are pinned (test/preload/preload.test.ts)',
  },
  {
    id: 'CSP_GLOBAL_CHECK',
    sample: /^default-src 'none'; script-src 'self';/,
    reason:
      'scripts from the own archive only, no upload and no JSONP there; the policy is pinned (test/main/security.test.ts)',
  },
];

/** Its parsers stop at private fields and skip such a file, so it gets the bundles in older syntax. */
async function older(path, target) {
  const { code } = await transformWithOxc(read(path), 'bundle.js', { target: 'es2018', sourcemap: false });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}

const check = (input) =>
  require('@doyensec/electronegativity')({
    input,
    isRelative: true,
    electronVersionOverride: require('electron/package.json').version,
    // Asks the network for newer releases.
    excludeFromScan: ['availablesecurityfixesglobalcheck'],
  });

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-electronegativity-'));
try {
  await older('build/main/index.js', join(folder, 'main/index.js'));
  await older('build/preload/index.cjs', join(folder, 'preload/index.js'));
  // It knows policies in pages, not in the headers of a protocol handler: it gets the page with ours in it.
  const { CONTENT_SECURITY_POLICY } = await import(join(root, 'build/shared/host-api.js'));
  const policy = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`;
  mkdirSync(join(folder, 'renderer'));
  writeFileSync(
    join(folder, 'renderer/index.html'),
    read('build/renderer/index.html').replace('<head>', `<head>${policy}`),
  );

  // A checker that finds nothing may simply not be looking.
  const planted = join(folder, '../', `${basename(folder)}-planted`);
  mkdirSync(planted);
  writeFileSync(
    join(planted, 'index.js'),
    `import { BrowserWindow } from 'electron'; new BrowserWindow({ webPreferences: { contextIsolation: false, sandbox: false } });`,
  );
  const seen = (await check(planted).finally(() => rmSync(planted, { recursive: true }))).issues.map(
    ({ id }) => id,
  );

  const { issues, errors, globalChecks, atomicChecks } = await check(folder);
  const faults = [];
  for (const { id, severity, confidence, file, location, sample = '', manualReview } of issues) {
    const reviewed = manualReview && REVIEWED.find((one) => one.id === id && one.sample.test(sample));
    const where = `${id} ${severity.name} ${confidence.name} ${file}:${location.line} ${sample.slice(0, 120)}`;
    if (reviewed) console.log(`reviewed: ${where}\n          ${reviewed.reason}`);
    else faults.push(where);
  }
  for (const id of ['CONTEXT_ISOLATION_JS_CHECK', 'SANDBOX_JS_CHECK', 'LIMIT_NAVIGATION_GLOBAL_CHECK'])
    if (!seen.includes(id)) faults.push(`a planted fault was not found: ${id}`);
  for (const { file, message } of errors) faults.push(`not read: ${file}: ${message}`);
  for (const fault of faults) console.error(`FAULT: ${fault}`);
  console.log(
    `Electronegativity: ${globalChecks + atomicChecks} checks, ${issues.length} findings, ${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
