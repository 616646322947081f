import { formatList, formatNumber, formatShape } from '../../shared/format.ts';
import type { InputHypothesis, PipelineSide } from '../../shared/input-stage.ts';
import type { DetectionHead, HeadReport } from '../../shared/output-stage.ts';
import type {
  LengthReach,
  OutputEffect,
  PromptRow,
  PromptStep,
  PromptStepKind,
} from '../../shared/prompt.ts';
import type { InputRow, Report } from '../../shared/report.ts';

/** What lies before the first node and after the last one, as a title and lines; empty where there is nothing to say. */
export interface StageText {
  readonly title: string;
  readonly lines: readonly string[];
}

export function stageTexts(report: Report): readonly StageText[] {
  const before = [
    ...report.inputs.flatMap(inputLines),
    ...(report.inputStage.ignored?.inputs ?? []).map(
      (name) => `input ${name}: differs at positions that are left out, and nowhere else`,
    ),
    ...promptLines(report.inputStage.prompts),
    ...effectLines(report.inputStage.effects),
    ...(report.inputStage.note === undefined ? [] : [report.inputStage.note]),
  ];
  const after = report.outputStage.heads.filter(isTelling).flatMap(headLines);
  return [
    { title: titleOf(report, 'before the first node', report.inputStage), lines: before },
    { title: titleOf(report, 'after the last node', report.outputStage), lines: after },
  ].filter(({ lines }) => lines.length > 0);
}

function titleOf({ samples }: Report, title: string, { sample }: { readonly sample: number }): string {
  return samples.length < 2 ? title : `${title}, sample ${sample}`;
}

/** Each difference once, whatever else was made of the prompt. */
function promptLines(prompts: readonly PromptRow[]): string[] {
  const seen = new Set<string>();
  return prompts.flatMap(({ entry, text, steps }) => {
    const key = `${entry} ${steps.map((step) => step.text).join()}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [`prompt ${text}`, ...steps.map(({ fix }) => `  to do: ${fix}`)];
  });
}

function inputLines({ name, differs, explanation, steps, places, reach }: InputRow): string[] {
  if (!differs) return [];
  const best = explanation?.best;
  return [
    `input ${name}: ${(best && withUnit(best)) ?? (steps.length > 0 ? textHeading(steps) : (explanation?.difference.text ?? 'another value'))}`,
    ...[...(best?.steps ?? []), ...steps].flatMap(({ text, fix }) => [
      `  ${text}`,
      ...(fix === '' ? [] : [`    to do: ${fix}`]),
    ]),
    ...(explanation?.sides === undefined
      ? []
      : [
          `  PyTorch's from the picture: ${sideText(explanation.sides.recorded)}`,
          `  the deployed one: ${sideText(explanation.sides.deployed)}`,
        ]),
    ...(explanation?.note === undefined ? [] : [`  ${explanation.note}`]),
    ...(reach === undefined ? [] : [`  ${reachText(reach)}`]),
    ...places.map(({ text }) => `  ${text}`),
  ];
}

/** The residual's unit, where there is one left. */
function withUnit({ text, residual }: InputHypothesis): string {
  const told = residual > 0 && /(?:residual|equal to) \S+$/.test(text);
  return told ? `${text} (in the input's own units)` : text;
}

/** What is otherwise with token ids, embeddings or their mask: only what is not padding makes another text of them. */
function textHeading(steps: readonly PromptStep[]): string {
  const all = (...kinds: readonly PromptStepKind[]): boolean =>
    steps.every(({ kind }) => kinds.includes(kind));
  if (all('mask')) return 'another mask';
  if (all('pad-id')) return 'another padding id';
  return all('pad-id', 'pad-side', 'pad-length') ? 'other padding' : 'another text';
}

/** Where another length goes. */
function reachText({ firstMismatch, reductions, outputs }: LengthReach): string {
  const [reduction] = reductions;
  return [
    ...(firstMismatch === undefined ? [] : [`other shapes from ${firstMismatch} on`]),
    ...(reduction === undefined
      ? []
      : [`${reduction.opType} ${reduction.node} is the first to reduce over it`]),
    outputs.length === 0 ? 'it reaches no output' : `it can reach ${formatList(outputs, 4)}`,
  ].join('; ');
}

function sideText(side: PipelineSide | undefined): string {
  if (side === undefined) return 'no pipeline that was tried gives these values';
  return side.text;
}

function effectLines(effects: readonly OutputEffect[]): string[] {
  return effects
    .filter(({ reached }) => reached)
    .map(({ output, relativeL2, maxAbs, dims }) =>
      dims === undefined
        ? `as deployed, ${output} is off by ${formatNumber(relativeL2 ?? NaN)} (relative L2), at most by ${formatNumber(maxAbs ?? NaN)}`
        : `as deployed, ${output} is ${formatShape(dims.deployed)}, on what PyTorch was given ${formatShape(dims.recorded)}`,
    );
}

/** What was only recognised by its shape is told where it adds something to the tensors' own errors. */
function isTelling(head: HeadReport): boolean {
  if (head.known === 'declared') return true;
  return head.kind === 'detection' ? head.matching !== undefined : head.state === 'differs';
}

function headLines(head: HeadReport): string[] {
  if (head.state === 'equal' || head.state === 'noise') return [`${head.kind}: ${head.text}`];
  return [`${head.kind}: ${head.text}`, ...(head.kind === 'detection' ? detectionLines(head) : [])];
}

/** More stand in the report. */
const MOST_MATCHES = 8;

function detectionLines({ labels, unmap, nms, matching }: DetectionHead): string[] {
  const apart = (matching?.matches ?? []).filter(({ state }) => state !== 'matched');
  return [
    ...(labels === undefined ? [] : [`  labels: ${labels.text}`, `    to do: ${labels.fix}`]),
    ...unmap.flatMap(({ text, formula, fix }) => [
      `  boxes: ${text}`,
      ...(formula === undefined ? [] : [`    ${formula}`]),
      ...(fix === undefined ? [] : [`    to do: ${fix}`]),
    ]),
    ...(nms?.explanations[0]?.differences ?? []).map(({ text }) => `  rule: ${text}`),
    ...apart.slice(0, MOST_MATCHES).map(({ text }) => `  ${text}`),
    ...(apart.length > MOST_MATCHES ? [`  and ${apart.length - MOST_MATCHES} more`] : []),
  ];
}
