import type { Report } from '../../../src/shared/report.ts';
import type { Double } from './doubles.ts';
import { timesFloor } from './measure.ts';
import { MUTATION_KINDS } from './mutation.ts';
import { isHit, OUTCOMES } from './outcome.ts';
import type { Single } from './singles.ts';
import type { Drawn, DrawNumber } from './trial.ts';

/** Kinds of edit down, outcomes across; what is not counted beneath. */
export function confusion(singles: readonly Single[]): string {
  const counted = singles.filter((one) => one.size === 'counted');
  const rows = MUTATION_KINDS.map((kind) => {
    const of = counted.filter((one) => one.drawn.mutation.kind === kind);
    return line(
      kind,
      OUTCOMES.map((outcome) => of.filter((one) => one.outcome === outcome).length),
    );
  });
  const all = OUTCOMES.map((outcome) => counted.filter((one) => one.outcome === outcome).length);
  const apart = (['between', 'control'] as const).map((size) => {
    const of = singles.filter((one) => one.size === size);
    const claimed = of.filter((one) => hasSites(one.said)).length;
    const weights = of.filter((one) => !hasSites(one.said) && namesWeight(one)).length;
    return `${size}: ${of.length}, of which ${claimed} with a site, ${weights} with the edited weight named as different`;
  });
  return [line('', OUTCOMES), ...rows, line('all', all), ...apart].join('\n');
}

function line(head: string, cells: readonly (string | number)[]): string {
  return head.padEnd(10) + cells.map((cell) => String(cell).padStart(10)).join('');
}

export function hasSites(said: Report | string): boolean {
  return typeof said !== 'string' && said.verdict.sites.length > 0;
}

export function namesWeight({ said, drawn: { mutation } }: Single): boolean {
  return (
    typeof said !== 'string' &&
    said.weights.differing.some((weight) => weight.initializer === mutation.initializer)
  );
}

/** What was done, how large that is, what is said of it. */
export function singleLine(one: Single): string {
  const { drawn, outcome, said } = one;
  return `${outcome} ${editLine(drawn)}\n    ${sentence(said)}${namesWeight(one) ? ' [the edited weight is named as different]' : ''}`;
}

export function doubleLine({ draw, pair: [a, b], outcomes, innocent, said }: Double): string {
  const beside = innocent.length === 0 ? '' : `\n    innocent: ${innocent.join(', ')}`;
  return `${drawName(draw)} ${outcomes[0]} ${editLine(a)}\n    and ${outcomes[1]} ${editLine(b)}\n    ${sentence(said)}${beside}`;
}

export function bothNamed({ outcomes }: Double): boolean {
  return outcomes.every(isHit);
}

function editLine({ draw, subject, mutation, own, output }: Drawn): string {
  return `${drawName(draw)} ${subject.name} ${mutation.kind}, ${mutation.label}: ${own.effect.toExponential(1)} (${timesFloor(own).toFixed(1)} × floor) at ${own.tensor}, ${output.effect.toExponential(1)} (${timesFloor(output).toFixed(1)} × floor) at ${output.tensor}`;
}

function drawName({ seed, place, attempt }: DrawNumber): string {
  return `#${seed}.${place}.${attempt}`;
}

/** With the tolerance at the place, which says why nothing was claimed. */
export function sentence(said: Report | string): string {
  if (typeof said === 'string') return `error: ${said}`;
  const absorbed = said.findings.filter((finding) => finding.kind === 'absorbed');
  const gone = absorbed.length === 0 ? '' : ` [absorbed: ${absorbed.map((one) => one.subject).join(', ')}]`;
  return `${said.verdict.sentence}${gone}`;
}
