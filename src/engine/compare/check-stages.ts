import { existsSync } from 'node:fs';
import { LayerdiffError, printable } from '../../shared/errors.ts';
import { formatList } from '../../shared/format.ts';
import type { CompareOptions } from '../../shared/progress.ts';
import { openDump } from '../dump/index.ts';
import type { OnnxModel } from '../onnx/index.ts';
import { parseHead } from '../output-stage/index.ts';
import { parseIgnoreWhere } from './ignored.ts';
import { pictureAt } from './input-stage.ts';

/**
 * What is asked of the stages around the graph must make sense before hours of work, not after them.
 * @throws LayerdiffError for a file that cannot be read, and for an input or output that the model does not have.
 */
export function checkStages(options: CompareOptions, { graph }: OnnxModel): void {
  const { inputs, deployed, image, head, ignoreWhere } = options;
  const inputNames = graph.inputs.map(({ name }) => name);
  for (const argument of inputs) checkInput(argument, inputNames);
  if (deployed !== undefined) checkDeployed(deployed);
  if (image !== undefined) pictureAt(image);
  if (ignoreWhere !== undefined) {
    const { input } = parseIgnoreWhere(ignoreWhere);
    checkName(input, inputNames, '--ignore-where', 'input');
  }
  if (head === undefined) return;
  const names = graph.outputs.map(({ name }) => name);
  for (const name of Object.values(parseHead(head).outputs)) checkName(name, names, '--head', 'output');
}

/** `NAME=FILE` of a file that is there; a path that holds a `=` is no name. */
function checkInput(argument: string, names: readonly string[]): void {
  const equals = argument.indexOf('=');
  if (equals <= 0 || existsSync(argument) || !existsSync(argument.slice(equals + 1))) return;
  checkName(argument.slice(0, equals), names, '--inputs', 'input');
}

function checkDeployed(path: string): void {
  const dump = openDump(path);
  dump.close();
  if (dump.samples.length > 0) return;
  throw new LayerdiffError('bad-request', 'holds nothing that was recorded', {
    file: path,
    wayOut: 'record the deployed run with record_session, or give its outputs as an .npz file',
  });
}

function checkName(name: string, known: readonly string[], option: string, what: string): void {
  if (known.includes(name)) return;
  throw new LayerdiffError('bad-request', `${option} names ${printable(name)}, which is no model ${what}`, {
    wayOut: `the ${what}s are ${formatList(
      known.map((one) => printable(one)),
      8,
    )}`,
  });
}
