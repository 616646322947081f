import { beforeAll, describe, expect, test } from 'vitest';
import type { Report, Site, TensorRow } from '../../../src/shared/report.ts';
import { compareFiles } from '../../support/compare-files.ts';
import { CATALOGUE } from './cases.ts';
import type { Aspect, CatalogueRow, Requirements } from './cases.ts';
import { caseIds, catalogueFile, fixtureOf, fixturesOf } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';
import { CHECKS, HELD, unmet } from './requirements.ts';

const RUNS = CATALOGUE.flatMap((row) =>
  row.files.map((file) => ({ row, name: `${row.id}/${file}`, fixture: fixtureOf(row.id, file) })),
);
const reports = new Map<string, Report>();

beforeAll(async () => {
  for (const { row, name, fixture } of RUNS) {
    const at = (file: string): string => catalogueFile(row.id, file);
    reports.set(name, await compareFiles(at(fixture.file), at(fixture.dump)));
  }
  const due = (Object.keys(CHECKS) as (keyof Requirements)[]).filter((key) => !HELD.includes(key));
  console.info(`catalogue: required and not asserted yet, the report does not have it: ${due.join(', ')}`);
});

function reportOf(name: string): Report {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`${name} was not run`);
  return report;
}

test('every fixture is in the catalogue, with the verdict that its manifest expects', () => {
  const made = caseIds().flatMap((id) =>
    fixturesOf(id).map((one) => [`${id}/${one.file.replace('.onnx', '')}`, one.kind]),
  );
  const due = RUNS.map(({ name, row }) => [name, row.kinds[0]]);
  expect(Object.fromEntries(due)).toEqual(Object.fromEntries(made));
  expect(due).toHaveLength(made.length);
});

test('plain onnxruntime sees every fault, and none in the healthy twins', () => {
  for (const { name, row, fixture } of RUNS) {
    const worst = Math.max(...fixture.samples.map((one) => one.maxAbs / one.referenceMax));
    if (row.kinds[0] === 'no-fault') expect(worst, name).toBeLessThan(1e-5);
    // The runtime's wider arithmetic hides what a float16 node that runs alone overflows with.
    else if (fixture.nodeByNode !== undefined)
      expect(Object.keys(fixture.nodeByNode.nonFinite)[0], name).toMatch(/pow/i);
    else expect(worst, name).toBeGreaterThan(1e-4);
  }
});

describe.each(RUNS)('$name', ({ name, row, fixture }) => {
  const aspect = (what: Aspect, title: string, check: () => void): void => {
    if (row.owed?.aspects.includes(what) === true) test.fails(`${title}: OWED, ${row.owed.reason}`, check);
    else test(title, check);
  };

  aspect('verdict', `is ${row.kinds.join(', ')}`, () => {
    const { verdict } = reportOf(name);
    expect(verdict.kinds, verdict.sentence).toEqual(row.kinds);
  });

  aspect('sites', 'every place at fault is named, and no other', () => {
    const report = reportOf(name);
    const due = fixture.sites.map((site) => site.nodes);
    const found = report.verdict.sites.map((site) => blamed(site, report));
    expect(
      found.map((nodes) => due.findIndex((one) => nodes.every((node) => one.includes(node)))).sort(),
    ).toEqual(due.map((_, index) => index));
    expect(found.filter((nodes) => nodes.length === 0)).toEqual([]);
  });

  aspect('states', 'equal or noise before the first place, inherited behind it', () => {
    const { tensors } = reportOf(name);
    expect(wrongStates(tensors, row, fixture)).toEqual([]);
  });

  if (row.random !== true) {
    aspect('figures', 'the error is what plain onnxruntime and numpy measure', () => {
      const { outputs, tensors } = reportOf(name);
      const found = outputs[0]?.maxAbs;
      if (row.kinds[0] === 'no-fault') {
        // Noise differs between builds of the runtime; what a fault makes does not.
        expect(found).toBeLessThanOrEqual(
          1e-5 * Math.max(...fixture.samples.map((sample) => sample.referenceMax)),
        );
        return;
      }
      expectNear(found, Math.max(...fixture.samples.map((sample) => sample.maxAbs)));
      if (row.kinds[0] !== 'introduced') return;
      for (const { nodes, maxAbs } of fixture.sites) {
        const made = tensors.findLast((tensor) => nodes.includes(tensor.node) && tensor.total !== undefined);
        if (maxAbs !== undefined) expectNear(made?.total?.maxAbs, maxAbs);
      }
    });
  }

  for (const key of HELD.filter((one) => row.requires[one] !== undefined)) {
    test(`${key}: ${JSON.stringify(row.requires[key])}`, () => {
      expect(unmet(reportOf(name), key, row.requires)).toEqual([]);
    });
  }
});

/** Manifests hold three digits. */
function expectNear(found: number | undefined, measured: number): void {
  expect(found).toBeGreaterThan(measured * 0.99);
  expect(found).toBeLessThan(measured * 1.01);
}

/** The nodes that a site accuses: Constants that only its nodes read are part of every stretch. */
function blamed(site: Site, { tensors }: Report): readonly string[] {
  if (site.node !== undefined) return [site.node];
  const constants = new Set(tensors.filter((row) => row.opType === 'Constant').map((row) => row.node));
  return site.nodes.filter((node) => !constants.has(node));
}

/** All networks are chains: execution order is the order in which an error is handed on. */
function wrongStates(tensors: readonly TensorRow[], row: CatalogueRow, fixture: Fixture): string[] {
  const own =
    row.kinds[0] === 'missing-operation' ? ['equal', 'noise', 'introduced', 'inherited'] : ['introduced'];
  const later = row.later === 'fading' ? ['inherited', 'equal', 'noise'] : ['inherited'];
  // No node is wrong there, and the output still moves.
  if (row.kinds[0] === 'precision-loss') {
    const output = tensors.at(-1);
    return output?.state === 'inherited' ? [] : [`the output is ${output?.state ?? 'not there'}`];
  }
  let behind = false;
  return tensors.flatMap(({ name, node, state }) => {
    if (state === 'not-compared') return [];
    const atSite = fixture.sites.some((site) => site.nodes.includes(node));
    const allowed = atSite ? own : behind ? later : ['equal', 'noise'];
    behind ||= atSite;
    return allowed.includes(state) ? [] : [`${name} is ${state}, not ${allowed.join(' or ')}`];
  });
}
