// npm run suite:parse: reads every model of the ONNX backend suite as `layerdiff inspect` does, and prints each failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectModel } from '../build/engine/index.js';
import { openModel } from '../build/engine/onnx/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const archive = join(root, '../shared/data/onnx-backend.tar.xz');
if (!existsSync(archive)) {
  console.log('skipped: the ONNX backend suite (../shared/data/onnx-backend.tar.xz) is not on this machine');
  process.exit(0);
}

function* models(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* models(path);
    else if (entry.name.endsWith('.onnx')) yield path;
  }
}

/** Nodes and weights are copied by their place in the file: the places must be those of what was decoded. */
function checkLayout({ layout, graph }) {
  for (const part of ['nodes', 'initializers', 'valueInfo', 'inputs', 'outputs', 'sparseInitializers']) {
    const [places, decoded] = [layout[part].length, graph[part].length];
    if (places !== decoded) throw new Error(`${places} places for ${decoded} ${part}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'layerdiff-suite-'));
try {
  const { status, stderr } = spawnSync('tar', ['-xJf', archive, '-C', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  const count = { read: 0, failed: 0, nodes: 0, bodies: 0, withBodies: 0 };
  for (const path of models(folder)) {
    try {
      const model = await inspectModel(path);
      checkLayout(openModel(path));
      count.read++;
      count.nodes += model.nodes.length;
      count.bodies += model.subgraphs.length;
      if (model.subgraphs.length > 0) count.withBodies++;
    } catch (error) {
      count.failed++;
      console.log(
        `${path.slice(folder.length + 1)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  console.log(
    `${count.read} models read, ${count.failed} failed; ${count.nodes} top-level nodes, ${count.bodies} bodies in ${count.withBodies} models`,
  );
  process.exitCode = count.failed === 0 && count.read > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
