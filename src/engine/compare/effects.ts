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
  const top = [...measurable].sort((a, b) => b.excess - a.excess).slice(0, MEASURED);
  const effects = await unlessRefused(
    () => effectsOf(context, run, top, judged),
    new Map<string, Effect[]>(),
  );
  const absorbed = new Set(
    top.filter((site) => isAbsorbed(effects.get(site.tensor), evidence, judged)).map((site) => site.tensor),
  );
  return {
    sites: located.sites
      .filter((site) => !absorbed.has(site.tensor))
      .map((site) => ({
        ...site,
        contribution: (effects.get(site.tensor) ?? []).map(({ output, share }) => ({ output, share })),
      })),
    findings: [
      ...located.findings,
      ...located.sites.filter((site) => absorbed.has(site.tensor)).map(absorbedFinding),
    ],
  };
}

function isAbsorbed(
  effects: readonly Effect[] | undefined,
  { freeSpread }: Evidence,
  judged: ReadonlyMap<string, JudgedTensor>,
): boolean {
  if (effects === undefined || effects.length === 0) return false;
  return effects.every(({ output, moved }) => {
    const tensor = judged.get(output);
    const spread = freeSpread.get(output);
    const floor =
      spread === undefined ? tensor?.noiseFloor : spread.maxAbs / (tensor?.judgement.scale ?? Infinity);
    return moved <= Math.min(GONE, floor ?? 0);
  });
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
