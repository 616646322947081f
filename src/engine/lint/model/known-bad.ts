import { numberOf, numbersOf } from './attributes.ts';
import type { LintedModel, LintedNode } from './linted-model.ts';
import type { VersionRange } from './versions.ts';

/** A fault of released versions of a runtime or an exporter: what it hits, and which versions have it. */
export interface KnownBad {
  /** Versions of ONNX Runtime, where it is the runtime's. */
  readonly runtime?: VersionRange;
  /** Exporter, where it is the exporter's. */
  readonly producer?: VersionRange & { readonly name: string };
  readonly hits: (node: LintedNode, linted: LintedModel) => boolean;
  readonly what: string;
  readonly wayOut: string;
  readonly source: string;
  /** Year and month in which the source was read. */
  readonly checked: string;
}

/** Few, each with its source: a list that nobody keeps is worse than none. Versions are those that the sources name. */
export const KNOWN_BAD: readonly KnownBad[] = [
  {
    runtime: { from: '1.14.1', before: '1.14.2' },
    hits: (node) => node.opType === 'Sigmoid',
    what: 'a Sigmoid before the last layer was reported to give NaN where 1.13.1 did not',
    wayOut: 'run another version',
    source: 'ort#14885',
    checked: '2026-11',
  },
  {
    runtime: { from: '0', before: '1.26.0' },
    hits: (node, { opset }) => node.opType === 'AveragePool' && opset >= 19 && countsUnevenPads(node),
    what: 'AveragePool with count_include_pad 1 and uneven pads takes the wrong pads into its divisor',
    wayOut: 'use 1.26.0 or later',
    source: 'ort#27375',
    checked: '2026-11',
  },
  {
    producer: { name: 'pytorch', from: '1.12', before: '2.0' },
    hits: (node, { opset }) =>
      node.opType === 'RoiAlign' && opset >= 16 && !node.attributes.has('coordinate_transformation_mode'),
    what: 'torchvision wrote it as before opset 16, and what is silent there means aligned=True since',
    wayOut: 'write output_half_pixel for aligned=False, or export with a later PyTorch',
    source: 'vision#6685, pytorch#76159',
    checked: '2026-11',
  },
];

function countsUnevenPads(node: LintedNode): boolean {
  const pads = numbersOf(node, 'pads') ?? [];
  const half = pads.length / 2;
  const isUneven = pads.slice(0, half).some((pad, axis) => pad !== pads[axis + half]);
  return isUneven && numberOf(node, 'count_include_pad', 0) === 1;
}
