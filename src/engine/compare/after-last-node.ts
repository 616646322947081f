import type { OutputStage } from '../../shared/output-stage.ts';
import type { SideFact } from '../../shared/report.ts';
import type { Dump } from '../dump/index.ts';
import { openDump } from '../dump/index.ts';
import type { CompareContext } from './context.ts';
import type { Outputs } from './observe.ts';
import type { SampleRun } from './sample-run.ts';
import { sideFacts } from './sides.ts';

export interface AfterLastNode {
  readonly outputStage: OutputStage;
  readonly sides: readonly SideFact[];
}

/** What both sides make of the outputs, and what they say of themselves. */
export function afterLastNode(
  context: CompareContext,
  _run: SampleRun,
  _deployed: Outputs | string | undefined,
): AfterLastNode {
  const recording = deployedDump(context);
  try {
    return {
      outputStage: { heads: [] },
      sides: sideFacts(context.original.model, context.dump, recording),
    };
  } finally {
    recording?.close();
  }
}

/** What the deployed side recorded of itself: with its outputs, else with its inputs. */
function deployedDump({ options }: CompareContext): Dump | undefined {
  const [given] = options.inputs.filter((argument) => !argument.includes('='));
  const path = options.deployed ?? given;
  return path === undefined ? undefined : openDump(path);
}
