import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/shared/report.ts';
import { buildModel, writeSafetensors } from '../support/build-model.ts';
import { CLI, linesOf, PROGRESS, runCli } from '../support/run-cli.ts';
import { writeDump } from '../support/write-dump.ts';

const DEMO = resolve('resources/demo');
const FAULTY = ['compare', join(DEMO, 'faulty.onnx'), join(DEMO, 'dump')];
const HEALTHY = ['compare', join(DEMO, 'healthy.onnx'), join(DEMO, 'dump')];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerdiff-exit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function status(args: readonly string[]): number | null {
  return runCli(args, folder).status;
}

describe('answers', () => {
  test.each([
    ['healthy', HEALTHY, 0],
    [
      'healthy, failing on a difference: its outputs are within atol and rtol',
      [...HEALTHY, '--fail-on', 'difference'],
      0,
    ],
    ['healthy, failing on any bit', [...HEALTHY, '--fail-on', 'difference', '--atol', '0', '--rtol', '0'], 1],
    ['healthy, any bit, but failing on faults only', [...HEALTHY, '--atol', '0', '--rtol', '0'], 0],
    ['faulty', FAULTY, 1],
    ['faulty, failing on a difference', [...FAULTY, '--fail-on', 'difference'], 1],
    ['faulty, never failing', [...FAULTY, '--fail-on', 'never'], 0],
  ])('%s', (_, args, expected) => {
    expect(status(args)).toBe(expected);
  });

  /** Three recorded outputs, one of which is a tensor of the candidate: a third of them is covered. */
  test('too little covered is 2 whatever --fail-on says, and 0 where the demanded share is lower', () => {
    buildModel(
      { nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }], inputs: { x: [2] }, outputs: ['y'] },
      join(folder, 'one.onnx'),
    );
    const x = { dims: [2], values: [-1, 2] };
    const y = { dims: [2], values: [0, 2] };
    const lost = { dims: [3], values: [5, 6, 7] };
    writeDump(
      {
        samples: [
          {
            tensors: { x, y, lost },
            entries: [
              ['#0:input.0', 'x'],
              ['act#0:output.0', 'y'],
              ['a#0:output.0', 'lost'],
              ['b#0:output.0', 'lost'],
            ],
            inputs: { x: '#0:input.0' },
            outputs: { y: 'act#0:output.0' },
          },
        ],
      },
      join(folder, 'thirds'),
    );
    const args = ['compare', 'one.onnx', 'thirds', '--quiet'];
    const refused = runCli(args, folder);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toBe(
      'layerdiff: thirds: not comparable: only 1 of 3 recorded outputs have a counterpart (--min-coverage 0.8); ' +
        'try layerdiff compare one.onnx thirds --write-map map.json\n',
    );
    expect(status([...args, '--fail-on', 'never'])).toBe(2);
    expect(status([...args, '--min-coverage', '0.34'])).toBe(2);
    expect(status([...args, '--min-coverage', '0.33'])).toBe(0);
    // Where there is a report it is written all the same.
    expect(status([...args, '--json', 'thirds.json'])).toBe(2);
    expect(readReport('thirds.json').verdict.kind).toBe('not-comparable');
  });
});

describe('--json -', () => {
  test('puts JSON alone on stdout and the summary on stderr', () => {
    const { status: code, stdout, stderr } = runCli([...FAULTY, '--json', '-'], folder);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Report;
    const lines = linesOf(stderr).filter((line) => !PROGRESS.has(line));
    expect(lines[0]).toBe(report.verdict.sentence);
    expect(lines.length).toBeGreaterThan(10);
  });

  test('with --quiet leaves the sentence on stderr', () => {
    const { stdout, stderr } = runCli([...HEALTHY, '--json', '-', '--quiet'], folder);
    expect(linesOf(stderr)).toEqual([(JSON.parse(stdout) as Report).verdict.sentence]);
  });

  test('waits for a slow reader', async () => {
    const child = spawn(process.execPath, [CLI, ...HEALTHY, '--json', '-', '--quiet'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((done) => setTimeout(done, 2000));
    let text = '';
    for await (const piece of child.stdout.setEncoding('utf8')) text += piece as string;
    expect((JSON.parse(text) as Report).tensors.length).toBe(271);
  });
});

/** Long enough to be interrupted: 120 products of 640×640 matrices, every one recorded (as zeros; nobody gets to judge). */
const PRODUCTS = 120;
const SIZE = 640;

function makeLongRun(): void {
  const names = ['x', ...Array.from({ length: PRODUCTS }, (_, index) => `t${index}`)];
  const values = new Float32Array(SIZE * SIZE);
  buildModel(
    {
      nodes: names
        .slice(1)
        .map((name, index) => ({ op: 'MatMul', inputs: [names[index] ?? '', 'w'], outputs: [name] })),
      inputs: { x: [SIZE, SIZE] },
      outputs: [names.at(-1) ?? ''],
      weights: { w: { dims: [SIZE, SIZE], values } },
    },
    join(folder, 'long.onnx'),
  );
  writeSafetensors(
    Object.fromEntries(names.map((name) => [name, { dims: [SIZE, SIZE], values }])),
    join(folder, 'long.safetensors'),
  );
}

type Cli = ChildProcessByStdio<null, null, Readable>;

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Starts the long comparison with short segments; `inFreeRun` resolves once rows are being finished. */
function startLong(
  report: string,
  detached = false,
): { child: Cli; inFreeRun: Promise<void>; ended: Promise<Ended> } {
  const args = [
    CLI,
    'compare',
    'long.onnx',
    'long.safetensors',
    '--json',
    report,
    '--memory',
    '8MiB',
    '--threads',
    '1',
  ];
  mkdirSync(join(folder, 'scratch'), { recursive: true });
  const env = { ...process.env, TMPDIR: join(folder, 'scratch') };
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached,
    env,
  });
  let stderr = '';
  let resolveFreeRun: () => void;
  const inFreeRun = new Promise<void>((done) => (resolveFreeRun = done));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (stderr.includes('free run\n')) setTimeout(resolveFreeRun, 300);
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, stderr })));
  return { child, inFreeRun, ended };
}

/** The only child of the command line is the engine. */
function engineOf(child: Cli): number | undefined {
  const text = readFileSync(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'utf8').trim();
  const [first] = text.split(' ');
  return first === undefined || first === '' ? undefined : Number(first);
}

/** Processor time after which an engine is among the nodes, however busy the machine is with other things. */
const WELL_UNDER_WAY = 1.2;

/** User and system time so far (proc(5): fields 14 and 15 of stat, in hundredths of a second). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function readReport(name: string): Report {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report;
}

function finishedRows(report: Report): number {
  return report.tensors.filter((row) => row.total !== undefined).length;
}

describe('ended in the middle', () => {
  beforeAll(makeLongRun);
  // Tensors put aside on disk, which may be gigabytes, do not stay behind.
  afterEach(() => expect(readdirSync(join(folder, 'scratch'))).toEqual([]));
  const hasProc = readdirSync('/').includes('proc');
  if (!hasProc)
    console.log('The death of the engine is not tested: its process is found in /proc, which is not here');

  test.runIf(hasProc)('the engine dies: 3, the node is named, finished rows are kept', async () => {
    const { child, inFreeRun, ended } = startLong('dead.json');
    // The second run, one node a segment, dies as well.
    void inFreeRun.then(async () => {
      const first = engineOf(child);
      if (first === undefined) throw new Error('no engine');
      process.kill(first, 'SIGKILL');
      for (;;) {
        await new Promise((done) => setTimeout(done, 50));
        const second = engineOf(child);
        if (second === undefined || second === first || cpuSeconds(second) < WELL_UNDER_WAY) continue;
        process.kill(second, 'SIGKILL');
        return;
      }
    });
    const { code, stderr } = await ended;
    expect(code).toBe(3);
    const [line, ...more] = linesOf(stderr).filter((one) => !PROGRESS.has(one));
    expect(more).toEqual([]);
    expect(line).toMatch(/^layerdiff: node n\d+: the engine died \(SIGKILL\)/);
    const report = readReport('dead.json');
    expect(report.verdict.kind).toBe('not-comparable');
    expect(report.verdict.sentence).toMatch(/node n\d+: the engine died \(SIGKILL\)/);
    expect(finishedRows(report)).toBeGreaterThan(0);
    expect(finishedRows(report)).toBeLessThan(PRODUCTS);
    expect(JSON.stringify(report)).not.toContain(folder);
  });

  test.runIf(hasProc)('the engine dies once: 3 says that one node at a time it does not', async () => {
    const { child, inFreeRun, ended } = startLong('once.json');
    void inFreeRun.then(() => process.kill(engineOf(child) ?? 0, 'SIGKILL'));
    const { code, stderr } = await ended;
    expect(code).toBe(3);
    expect(linesOf(stderr).at(-1)).toMatch(
      /^layerdiff: node n\d+: .*with one node at a time it does not; try --memory/,
    );
    // The second run came to an end: its answer is whole.
    const report = readReport('once.json');
    expect(report.tensors).toHaveLength(PRODUCTS);
    expect(report.findings[0]).toMatchObject({ kind: 'engine', severity: 'warning' });
  });

  test.each([
    ['SIGINT', false],
    ['SIGTERM', false],
    // As a terminal sends it: to the command line and its engine alike.
    ['SIGINT', true],
  ] as const)(
    '%s stops within a second: 130, finished rows are kept (whole group: %s)',
    async (signal, group) => {
      const { child, inFreeRun, ended } = startLong('stopped.json', group);
      await inFreeRun;
      const engine = engineOf(child);
      const from = performance.now();
      process.kill(group ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
      const { code, stderr } = await ended;
      expect(performance.now() - from).toBeLessThan(1000);
      expect(code).toBe(130);
      expect(linesOf(stderr).filter((one) => !PROGRESS.has(one))).toEqual(['layerdiff: stopped']);
      const report = readReport('stopped.json');
      expect(finishedRows(report)).toBeGreaterThan(0);
      expect(finishedRows(report)).toBeLessThan(PRODUCTS);
      expect(report.verdict.sentence).toContain('stopped');
      expect(() => process.kill(engine ?? 0, 0)).toThrow(/ESRCH/);
      rmSync(join(folder, 'stopped.json'));
    },
  );
});
