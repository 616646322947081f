import { compare } from '../../src/engine/index.ts';
import type { CompareOptions } from '../../src/shared/progress.ts';
import type { Report } from '../../src/shared/report.ts';

/** The command line's defaults. */
export function optionsFor(
  candidate: string,
  reference: string,
  options: Partial<CompareOptions> = {},
): CompareOptions {
  return {
    candidate,
    reference,
    shown: { candidate: 'model.onnx', reference: 'dump' },
    inputs: [],
    image: undefined,
    ignoreWhere: undefined,
    head: undefined,
    deployed: undefined,
    map: undefined,
    include: undefined,
    exclude: undefined,
    sample: undefined,
    optimization: 'disabled',
    provider: 'cpu',
    memoryBytes: 512 * 2 ** 20,
    threads: 1,
    atol: undefined,
    rtol: undefined,
    minCoverage: 0.8,
    command: 'layerdiff compare model.onnx dump',
    ...options,
  };
}

/** The engine in this process, with the command line's defaults. */
export function compareFiles(
  candidate: string,
  reference: string,
  options: Partial<CompareOptions> = {},
): Promise<Report> {
  return compare(optionsFor(candidate, reference, options), () => undefined);
}
