// Wall time of a command and the memory of all its processes together.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const MIB = 2 ** 20;

function status(pid, field) {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? 0 : Number(match[1]);
  } catch {
    return 0;
  }
}

function family(root) {
  const parents = new Map();
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name)) parents.set(Number(name), status(name, 'PPid'));
  const members = [root];
  for (let index = 0; index < members.length; index++) {
    for (const [pid, parent] of parents) if (parent === members[index]) members.push(pid);
  }
  return members;
}

/** @returns wall milliseconds, peak of the summed resident memory (sampled) and sum of each process's own peak, MiB. */
export function measure(command, args) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    let sampled = 0;
    const peaks = new Map();
    const timer = setInterval(() => {
      let sum = 0;
      for (const pid of family(child.pid)) {
        sum += status(pid, 'VmRSS');
        peaks.set(pid, Math.max(peaks.get(pid) ?? 0, status(pid, 'VmHWM')));
      }
      sampled = Math.max(sampled, sum);
    }, 25);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({
        code,
        output,
        wall: performance.now() - started,
        sampled: (sampled * 1024) / MIB,
        peaks: ([...peaks.values()].reduce((sum, peak) => sum + peak, 0) * 1024) / MIB,
      });
    });
  });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
