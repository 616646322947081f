import type { OptimizationLevel, SessionSettings } from '../run/index.ts';
import { OPTIMIZER_PASSES } from './optimizer-passes.ts';
import type { Outputs } from './observe.ts';
import { untouchedOutputs } from './observe.ts';

export interface Bisection {
  /** Without these the runtime gives what it gives unoptimised; one name where one pass does it alone. */
  readonly passes: readonly string[];
}

/**
 * Which pass of the runtime's optimizer changes the outputs: the smallest set of passes, found by halving, without which
 * the untouched model gives the outputs of level disabled. Undefined where no set of passes explains it.
 * @param agrees whether outputs are those of level disabled.
 */
export async function bisectOptimizer(
  path: string,
  inputs: Outputs,
  settings: SessionSettings & { readonly level: OptimizationLevel },
  agrees: (outputs: Outputs) => boolean,
): Promise<Bisection | undefined> {
  const isRight = async (without: readonly string[]): Promise<boolean> => {
    const outputs = await untouchedOutputs(path, inputs, { ...settings, withoutPasses: without });
    return typeof outputs !== 'string' && agrees(outputs.outputs);
  };
  let suspects: readonly string[] = OPTIMIZER_PASSES;
  if (!(await isRight(suspects))) return undefined;
  while (suspects.length > 1) {
    const half = Math.ceil(suspects.length / 2);
    const [first, second] = [suspects.slice(0, half), suspects.slice(half)];
    if (await isRight(first)) suspects = first;
    else if (await isRight(second)) suspects = second;
    // Passes of both halves are needed: one does what another leaves undone.
    else return { passes: await minimal(suspects, isRight) };
  }
  return { passes: suspects };
}

/** Takes away one pass after the other that is not needed. */
async function minimal(
  passes: readonly string[],
  isRight: (without: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let needed = passes;
  for (const pass of passes) {
    const fewer = needed.filter((one) => one !== pass);
    if (await isRight(fewer)) needed = fewer;
  }
  return needed;
}
