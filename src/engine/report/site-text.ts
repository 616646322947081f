import { formatNumber } from '../../shared/format.ts';
import type { Site } from '../../shared/report.ts';

/** Structures of an error that are told; the others stand in the JSON. */
const TOLD = 2;

/** Operators of a site that are named; of a long stretch the first and the last. */
const NAMED_OPS = 5;

export function shortOps(opType: string): string {
  const ops = opType.split(' + ');
  if (ops.length <= NAMED_OPS) return opType;
  return `${ops.slice(0, 2).join(' + ')} … ${ops.at(-1) ?? ''}`;
}

/** What is known of a site besides its error, one statement a line: evidence, structure, effect, cause, what to do. */
export function siteStatements(site: Site): string[] {
  const { cause } = site;
  const shares = site.contribution.flatMap(({ output, share }) =>
    share === undefined ? [] : [`${formatNumber(share * 100)} % of the error of ${output}`],
  );
  return [
    ...site.evidence,
    ...site.structure.slice(0, TOLD).map((structure) => `where: ${structure.text}`),
    ...(shares.length === 0 ? [] : [`contributes ${shares.slice(0, 3).join(', ')}`]),
    ...(cause === undefined ? [] : [`likely cause: ${cause.text}`]),
    ...(cause?.experiment === undefined ? [] : [`tried: ${cause.experiment.text}`]),
    ...(cause === undefined ? [] : [`to do: ${cause.fix}`]),
    ...(cause === undefined || cause.confirm === '' ? [] : [`to confirm: ${cause.confirm}`]),
  ];
}
