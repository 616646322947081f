import type { Lint } from '../note.ts';
import { KNOWN_BAD } from './known-bad.ts';
import type { KnownBad } from './known-bad.ts';
import type { LintedModel } from './linted-model.ts';
import { isIn } from './versions.ts';

/** Of runtimes it speaks only where it is known which one runs the model. */
export const knownBadVersions: Lint<LintedModel> = {
  kind: 'lint:known-bad',
  looksFor: 'an operator that this version of the exporter or of ONNX Runtime is known to get wrong',
  find: (linted) =>
    KNOWN_BAD.flatMap((bad) => {
      const version = versionAtWork(bad, linted);
      const node = version === undefined ? undefined : linted.nodes.find((one) => bad.hits(one, linted));
      if (version === undefined || node === undefined) return [];
      return [
        {
          severity: 'warning',
          subject: node.subject,
          found: `${node.opType} ${version}`,
          matters: `there ${bad.what}`,
          wayOut: bad.wayOut,
          source: `${bad.source}, read ${bad.checked}`,
        },
      ];
    }),
};

function versionAtWork({ runtime, producer }: KnownBad, { context, model }: LintedModel): string | undefined {
  if (producer !== undefined) {
    if (model.producer !== producer.name || !isIn(model.producerVersion, producer)) return undefined;
    return `from ${producer.name} ${model.producerVersion}`;
  }
  if (runtime === undefined || context.runtime === undefined || !isIn(context.runtime, runtime))
    return undefined;
  return `under ONNX Runtime ${context.runtime}`;
}
