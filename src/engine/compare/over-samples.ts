import type { ValueStats } from '../../shared/comparison.ts';
import { isComparableDtype } from '../../shared/dtype.ts';
import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Finding, Site } from '../../shared/report.ts';
import type { CompareContext } from './context.ts';
import type { JudgedSample } from './judge-sample.ts';

/** What several samples of one dump tell together. */
export interface OverSamples {
  readonly sites: readonly Site[];
  readonly findings: readonly Finding[];
}

/**
 * A site that is right on some samples and wrong on others is no wrong formula but something that the export froze: a
 * number, a size, a branch. Named as such, with the constants that it reads.
 */
export function overSamples(
  context: CompareContext,
  judged: readonly JudgedSample[],
  sites: readonly Site[],
): OverSamples {
  const findings: Finding[] = [];
  const told = sites.map((site) => {
    const { right, wrong } = samplesOf(judged, site.tensor);
    const [first] = right;
    if (first === undefined || wrong.length === 0) return site;
    const constants = constantsRead(context, site);
    const frozen = frozenBy(context, judged, first, site);
    findings.push({
      kind: 'sample-dependent',
      severity: 'fault',
      subject: site.tensor,
      text: printable(
        `${site.opType} ${site.node ?? site.nodes.join(', ')} matches on ${listed(right)} and diverges on ${listed(wrong)}: a number or a branch is frozen as it was for the example of the export${constants.length === 0 ? '' : `; constants that it reads: ${constants.join(', ')}`}${frozen === undefined ? '' : `; ${frozen}`}`,
      ),
    });
    return withFrozenCause(site, frozen);
  });
  return { sites: told, findings };
}

function samplesOf(judged: readonly JudgedSample[], tensor: string): { right: number[]; wrong: number[] } {
  const right: number[] = [];
  const wrong: number[] = [];
  for (const sample of judged) {
    const state = sample.judged.get(tensor)?.state;
    if (state === 'introduced') wrong.push(sample.run.sample.index);
    else if (state !== undefined) right.push(sample.run.sample.index);
  }
  return { right, wrong };
}

/** A constant that was solved for on the wrong sample and is right on another was that sample's own number. */
function withFrozenCause(site: Site, frozen: string | undefined): Site {
  if (site.cause?.kind !== 'constant') return site;
  return {
    ...site,
    cause: {
      ...site.cause,
      kind: 'baked-constant',
      text: printable(
        `${site.cause.text}, frozen at the export: ${frozen ?? 'it is right on another sample'}`,
      ),
      fix: 'compute the constant with tensor operations, so that the exporter sees them, instead of float(), int() or .item()',
    },
  };
}

/** Decimal digits to which a constant must be a recorded number's to be taken for it. */
const ALIKE = 1e-5;

/** Which number of the right sample the constant is: an extreme or mean of what the stretch reads. */
function frozenBy(
  context: CompareContext,
  judged: readonly JudgedSample[],
  right: number,
  site: Site,
): string | undefined {
  const sample = judged.find((one) => one.run.sample.index === right);
  const value = Number(/instead of (-?[\d.e+-]+)/.exec(site.cause?.experiment?.setting ?? '')?.[1] ?? NaN);
  if (sample === undefined || !Number.isFinite(value) || value === 0) return undefined;
  for (const name of sample.judged.get(site.tensor)?.stretch.boundary ?? []) {
    const stats = sample.run.free.get(name)?.comparison?.reference ?? inputStats(context, sample, name);
    if (stats === undefined) continue;
    const known = {
      'max|x|': stats.maxAbs,
      max: stats.max,
      min: stats.min,
      mean: stats.mean,
      std: stats.std,
    };
    for (const [what, number] of Object.entries(known))
      if (Math.abs(number - value) <= ALIKE * Math.abs(value))
        return `the constant ${formatNumber(value)} is ${what} of ${name} on sample ${right}`;
  }
  return `the constant ${formatNumber(value)} is right on sample ${right}`;
}

function inputStats(context: CompareContext, { run }: JudgedSample, name: string): ValueStats | undefined {
  const tensor = run.inputs.find((input) => input.name === name)?.tensor;
  if (tensor === undefined || !isComparableDtype(tensor.dtype)) return undefined;
  return context.comparer.stats({ dtype: tensor.dtype, bytes: tensor.bytes });
}

/** Small constants that the nodes of the site read. */
function constantsRead({ graph }: CompareContext, site: Site): string[] {
  const nodes = graph.nodes.filter((node) => site.nodes.includes(node.name));
  const names = new Set(nodes.flatMap((node) => node.inputs));
  return [...names]
    .filter((name) => {
      const maker = graph.nodes[graph.tensors.get(name)?.producer ?? -1];
      const dims = graph.initializers.get(name)?.tensor.dims;
      return (
        maker?.opType === 'Constant' || (dims !== undefined && dims.reduce((all, dim) => all * dim, 1) <= 8)
      );
    })
    .slice(0, 4);
}

function listed(samples: readonly number[]): string {
  return `${samples.length === 1 ? 'sample' : 'samples'} ${samples.join(', ')}`;
}
