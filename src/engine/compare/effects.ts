import { printable } from '../../shared/errors.ts';
import type { Finding, Site } from '../../shared/report.ts';
import type { Evidence, JudgedTensor } from '../diagnose/index.ts';
import { hasLostValues } from '../diagnose/index.ts';
import type { CompareContext } from './context.ts';
import type { Effect } from './contribution.ts';
import { effectsOf } from './contribution.ts';
import { unlessRefused } from './replay.ts';
import type { SampleRun } from './sample-run.ts';

/** Sites whose contribution is measured: those furthest above their tolerance. */
const MEASURED = 4;

/** Share of an output's scale: what moves it by more has not gone, however loud the noise there is. */
const GONE = 1e-3;

interface Located {
  readonly sites: readonly Site[];
  readonly findings: readonly Finding[];
}

/**
 * What each of the top sites adds to the outputs. A site that moves every output by less than rounding does is
 * absorbed: a finding, not a verdict.
 */
export async function withEffects(
  context: CompareContext,
  run: SampleRun,
  evidence: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
  located: Located,
): Promise<Located> {
  const measurable = located.sites.filter(
    (site) => site.kind !== 'missing-operation' && !hasLostValues(run, { name: site.tensor }),
  );
  if (run.ownErrorsOnly || measurable.length === 0) return located;
  const ranked = [...measurable].sort((a, b) => b.excess - a.excess);
  const effects = new Map<string, Effect[]>();
  const suspect = new Set<string>();
  const absorbed = new Set<string>();
  for (let start = 0; start < ranked.length; start += MEASURED) {
    const batch = ranked.slice(start, start + MEASURED);
    const found = await unlessRefused(
      () => effectsOf(context, run, batch, judged),
      new Map<string, Effect[]>(),
    );
    for (const { tensor } of batch) {
      const own = found.get(tensor) ?? [];
      effects.set(tensor, own);
      if (isSuspect(own, judged)) suspect.add(tensor);
      else if (isAbsorbed(own, evidence, judged)) absorbed.add(tensor);
    }
    // Where one pair is wrong, more of its kind may be: go on as long as no place at fault is among them.
    if (batch.some(({ tensor }) => !suspect.has(tensor))) break;
  }
  return {
    sites: located.sites
      .filter((site) => !absorbed.has(site.tensor) && !suspect.has(site.tensor))
      .map((site) => ({
        ...site,
        contribution: (effects.get(site.tensor) ?? []).map(({ output, share }) => ({ output, share })),
      })),
    findings: [
      ...located.findings,
      ...located.sites.filter((site) => absorbed.has(site.tensor)).map(absorbedFinding),
      ...located.sites.filter((site) => suspect.has(site.tensor)).map(suspectFinding),
    ],
  };
}

/** How many times as far off the outputs must be with the recorded value before that is what is doubted. */
const WORSE = 10;

/**
 * The outputs are right, and with the recorded value in its place they would not be: what was recorded is not what the
 * tensor stands for, or was changed after. A suspect pair is ruled out before a node is named (design section 6, rule 7).
 */
function isSuspect(effects: readonly Effect[], judged: ReadonlyMap<string, JudgedTensor>): boolean {
  return (
    effects.length > 0 &&
    effects.every(({ output, share }) => {
      const state = judged.get(output)?.state;
      return share !== undefined && share < 1 - WORSE && (state === 'noise' || state === 'equal');
    })
  );
}

function isAbsorbed(
  effects: readonly Effect[],
  { freeSpread }: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
): boolean {
  if (effects.length === 0) return false;
  return effects.every(({ output, moved }) => {
    const tensor = judged.get(output);
    const spread = freeSpread.get(output);
    const floor =
      spread === undefined ? tensor?.noiseFloor : spread.maxAbs / (tensor?.judgement.scale ?? Infinity);
    return moved <= Math.min(GONE, floor ?? 0);
  });
}

function suspectFinding(site: Site): Finding {
  return {
    kind: 'suspect-pair',
    severity: 'warning',
    subject: site.tensor,
    text: printable(
      `${site.tensor} is not what was recorded for it, but the outputs are right and would not be with the recorded value: the pair or the recording is wrong, not a node; a map (--write-map, --map) can set it right`,
    ),
  };
}

function absorbedFinding(site: Site): Finding {
  const where = site.node ?? site.nodes.join(', ');
  return {
    kind: 'absorbed',
    severity: 'warning',
    subject: site.tensor,
    text: printable(
      `${site.opType} ${where} adds an error of its own to ${site.tensor}, but what it adds moves no output by more than rounding does: it is absorbed on the way`,
    ),
  };
}
