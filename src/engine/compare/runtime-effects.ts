import type { Observer } from '../../shared/report.ts';
import type { DumpSample } from '../dump/index.ts';
import { randomNodes } from '../graph/index.ts';
import { bisectOptimizer } from './bisect-optimizer.ts';
import type { CompareContext } from './context.ts';
import { inputsOf } from './inputs.ts';
import type { JudgedSample } from './judge-sample.ts';
import { levelDifference } from './level-difference.ts';
import { differenceBetween } from './observe.ts';
import { unlessRefused } from './replay.ts';

/** Difference between the untouched model and the run that is looked into below which it is rounding. */
const ROUNDING = 1e-5;

/** How many times what rounding may add up to at an output its change must be. */
const FLOORS = 10;

/**
 * Where the untouched model, optimised as it is deployed, gives other outputs than the run that is looked into, the
 * passes of the optimizer that make the difference are sought by running it without some of them.
 */
export async function withPasses(
  context: CompareContext,
  observer: Observer,
  sample: DumpSample,
  judged: JudgedSample,
): Promise<Observer> {
  const { options, original, settings } = context;
  const bound = Math.max(ROUNDING, FLOORS * loudestFloor(context, judged));
  const { relativeL2 } = observer;
  // Random numbers differ from session to session whatever the optimizer does.
  const isRandom = randomNodes(original.graph).size > 0 || observer.repeat?.equal === false;
  if (options.optimization !== 'disabled' || isRandom || relativeL2 === undefined || relativeL2 <= bound)
    return observer;
  const inputs = new Map(inputsOf(context, sample).fed.map((input) => [input.name, input.tensor]));
  const found = await bisectOptimizer(
    context.wholeFile,
    inputs,
    { ...settings, level: 'all' },
    (outputs) => differenceBetween(context, judged.run.outputs, outputs).relativeL2 <= bound,
  );
  const levels = await unlessRefused(() => levelDifference(context, judged.run, bound), undefined);
  return { ...observer, passes: found?.passes ?? [], levels };
}

function loudestFloor({ graph }: CompareContext, { judged }: JudgedSample): number {
  return graph.outputs.reduce((most, name) => Math.max(most, judged.get(name)?.noiseFloor ?? 0), 0);
}
