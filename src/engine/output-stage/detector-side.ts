import type { Detection, HeadSettings, HeadSpec, NmsRules } from '../../shared/output-stage.ts';
import { cornersOf } from './corners.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { FinalTensors } from './detection-tensors.ts';
import { boxAt, detectorOutput, finalDetections } from './detection-tensors.ts';
import { readSettings } from './head-settings.ts';
import type { UnmapContext } from './letterbox.ts';
import { letterboxOf } from './letterbox.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt, rawShape } from './raw-boxes.ts';
import { keptPlaces } from './rule-differences.ts';
import { ArenaMaker } from './suppress.ts';
import type { NamedTensor } from './tensor-numbers.ts';

/** What is known of one side's detector. */
export interface DetectorSide {
  readonly outputs: readonly NamedTensor[];
  readonly final?: FinalTensors;
  readonly settings?: HeadSettings;
}

export interface ReadSide {
  readonly raw?: RawBoxes;
  readonly final?: readonly Detection[];
  /** All rules, where the final detections were computed from the raw boxes with them. */
  readonly applied?: NmsRules;
  /** Declared rules; `undefined` where nothing about thresholds or caps was declared. */
  readonly rules?: Partial<NmsRules>;
  readonly format: Partial<NmsRules>;
  readonly unmap: UnmapContext;
  readonly notes: readonly string[];
}

/**
 * @param other the other side: detections that it alone has recorded say nothing about how this side makes its own.
 * @throws LayerdiffError not-comparable where tensors do not belong together.
 */
export function readSide(
  spec: HeadSpec,
  side: DetectorSide,
  name: 'reference' | 'candidate',
  other: DetectorSide,
): ReadSide {
  const settings = readSettings({ ...spec.settings, ...spec[name], ...side.settings });
  const output = detectorOutput(spec, side.outputs, name, settings.objectness);
  const { unmap } = settings;
  const letterbox = letterboxOf(unmap);
  const mapping =
    letterbox === undefined && unmap.imageSize === undefined && unmap.inputSize === undefined
      ? undefined
      : { scale: [1, 1] as const, pad: [0, 0] as const, ...letterbox, ...unmap };
  const raw = output.raw === undefined || mapping === undefined ? output.raw : { ...output.raw, mapping };
  const format = { boxFormat: settings.rules.boxFormat ?? output.format };
  const isDeclared = Object.keys(settings.rules).some((rule) => rule !== 'boxFormat');
  const rules = isDeclared ? { ...settings.rules, ...format } : undefined;
  // Where the graph ends in detections, what one side alone made of them afterwards is left out.
  const isAfterwards = output.final !== undefined && other.final === undefined;
  const given = side.final === undefined || isAfterwards ? output.final : finalDetections(side.final, name);
  const applied =
    given !== undefined || raw === undefined || rules === undefined || other.final !== undefined
      ? undefined
      : { ...DEFAULT_RULES, ...rules };
  const final = raw === undefined || applied === undefined ? given : simulated(raw, applied);
  return {
    ...(raw === undefined ? {} : { raw }),
    ...(final === undefined ? {} : { final }),
    ...(applied === undefined ? {} : { applied }),
    ...(rules === undefined ? {} : { rules }),
    format,
    unmap,
    notes: [
      ...output.notes,
      ...settings.ignored,
      ...(applied !== undefined
        ? [`final detections of the ${name} were computed here, from its raw boxes and the declared settings`]
        : []),
    ],
  };
}

/**
 * What the rules make of the raw boxes, in the picture where the mapping is known.
 * @param mapping how kept boxes come into the picture, if not as they come into suppression.
 */
export function simulated(raw: RawBoxes, rules: NmsRules, mapping = raw.mapping): Detection[] {
  const { columns } = rawShape(raw);
  const placed = mapping === undefined ? raw : { ...raw, mapping };
  const corners = cornersOf(placed, { ...rules, unmapBefore: mapping !== undefined, clipBefore: true });
  return [...keptPlaces(new ArenaMaker(raw, -Infinity), rules)].map((place) => ({
    box: boxAt(corners, 4 * Math.floor(place / columns)),
    score: raw.scores[place] ?? NaN,
    label: labelAt(raw, columns, place),
  }));
}
