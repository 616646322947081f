import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { median } from '../bench/measure.mjs';
import { buildLayout } from './build-page.mjs';

const SIZES = [1000, 5000, 10000];
const TIMEOUT_S = 30;
/** KiB; and the room for it, because a thread's own stack is smaller. */
const STACK = 60_000;
const OWN_RUNS = 5;

/** Own layout beside two libraries on the same graph, each in a cold process of its own, the libraries with a large stack. */
export async function benchLayouts() {
  const file = await buildLayout();
  console.log(
    `layout of one flat graph, ms (own: median of ${OWN_RUNS}; the others once, at most ${TIMEOUT_S} s)`,
  );
  const gaveUp = new Set();
  for (const mask of ['plain', 'mask']) {
    console.log(mask === 'mask' ? 'one tensor feeds every block' : 'without a shared tensor');
    for (const size of SIZES) {
      const own = [];
      for (let run = 0; run < OWN_RUNS; run++) own.push(Number(await child('own', size, mask, file)));
      const others = [];
      for (const library of ['dagre', 'elkjs']) {
        const key = `${library} ${mask}`;
        const result = gaveUp.has(key) ? 'not tried' : await child(library, size, mask, file);
        if (!/^\d/.test(result)) gaveUp.add(key);
        others.push(`${library} ${result}`);
      }
      console.log(`  ${String(size).padStart(6)} nodes: own ${median(own)}, ${others.join(', ')}`);
    }
  }
}

function child(library, size, mask, file) {
  const script = resolve(import.meta.dirname, 'layout-child.mjs');
  const stack = library === 'own' ? '' : `--stack-size=${STACK} `;
  const command = `ulimit -s ${2 * STACK} 2>/dev/null; exec "${process.execPath}" ${stack}"${script}" ${library} ${size} ${mask} "${file}"`;
  return new Promise((done) => {
    const running = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    running.stdout.on('data', (part) => (text += part));
    const timer = setTimeout(() => running.kill('SIGKILL'), TIMEOUT_S * 1000);
    running.on('close', (code, signal) => {
      clearTimeout(timer);
      done(signal === 'SIGKILL' ? `> ${TIMEOUT_S} s` : text.trim() || `ended with ${signal ?? code}`);
    });
  });
}
