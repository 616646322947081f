import { printable } from '../../shared/errors.ts';
import { formatList, formatNumber, plural } from '../../shared/format.ts';
import type { OutputEffect, PromptRow } from '../../shared/prompt.ts';
import type { Finding } from '../../shared/report.ts';

/** Rounding of two runs of one model on values that mean the same. */
const ROUNDING = 1e-5;

function isMoved({ relativeL2, dims }: OutputEffect): boolean {
  return dims !== undefined || (relativeL2 ?? 0) > ROUNDING;
}

/** Whether the prompt changes what comes out: unknown counts as yes, copies of the last prompt under a maximum do not. */
function isTelling({ effects, refused }: PromptRow): boolean {
  return (
    refused !== undefined ||
    effects.some(isMoved) ||
    effects.every(({ relativeL2 }) => relativeL2 === undefined)
  );
}

/** For the sentence: what is otherwise, where that first shows, what it moves. */
export function promptText(row: PromptRow): string {
  const moved = row.effects.filter(isMoved);
  const [reduction] = row.reductions;
  const until =
    reduction === undefined
      ? ''
      : `, up to ${reduction.opType} ${reduction.node}${reduction.maxAbs === undefined ? '' : ` (off by ${formatNumber(reduction.maxAbs)})`}`;
  const path = row.firstMismatch === undefined ? '' : `; other shapes from ${row.firstMismatch} on${until}`;
  const outputs = moved.length === 0 ? '' : `; it moves ${formatList(moved.map(effectText), 4)}`;
  return printable(`${row.text}${path}${outputs}`);
}

function effectText({ output, relativeL2, dims }: OutputEffect): string {
  return dims === undefined
    ? `${output} by ${formatNumber(relativeL2 ?? 0)} (relative L2)`
    : `${output} ([${dims.deployed.join(', ')}] where PyTorch gives [${dims.recorded.join(', ')}])`;
}

/** Each difference once, however many constants were made of the prompt: the first stands for all. */
function oncePerDifference(
  rows: readonly PromptRow[],
): { readonly row: PromptRow; readonly also: readonly string[] }[] {
  const keyOf = ({ steps, entry }: PromptRow): string => `${entry} ${steps.map(({ text }) => text).join()}`;
  const first = new Map<string, { row: PromptRow; also: string[] }>();
  for (const row of rows) {
    const known = first.get(keyOf(row));
    if (known === undefined) first.set(keyOf(row), { row, also: [] });
    else known.also.push(row.tensor);
  }
  return [...first.values()];
}

/** For the sentence, with the other constants that hold the same. */
export function promptTexts(rows: readonly PromptRow[]): string[] {
  return oncePerDifference(rows.filter(isTelling)).map(({ row, also }) =>
    also.length === 0
      ? promptText(row)
      : `${promptText(row)} (held in ${printable(formatList(also))} as well)`,
  );
}

/** One a prompt, with how it was found, what it can reach and what to do. */
export function promptFindings(rows: readonly PromptRow[]): Finding[] {
  return rows.map((row) => {
    const reached = row.effects.filter(({ reached: is }) => is).map(({ output }) => output);
    const parts = [
      promptText(row),
      `it was compared with ${row.entry}: ${row.found}`,
      reached.length === 0
        ? 'it reaches no output'
        : `it can reach ${formatList(reached, 6)} of ${plural(row.effects.length, 'output')}`,
      isTelling(row)
        ? row.steps.map(({ fix }) => fix).join('; ')
        : 'that changes no output by more than rounding',
      ...(row.unreplaced.length === 0
        ? []
        : [
            `${formatList(row.unreplaced, 4)} may be made of it, and nothing recorded says of what PyTorch had there: nodes behind ${row.unreplaced.length === 1 ? 'it' : 'them'} were not judged (record the modules that read the prompt)`,
          ]),
      ...(row.refused === undefined
        ? []
        : [
            `the model does not run with PyTorch's prompt (${row.refused}), so that nodes behind it were not judged on it`,
          ]),
    ];
    return {
      kind: 'prompt',
      severity: isTelling(row) ? 'warning' : 'info',
      subject: row.tensor,
      text: printable(parts.filter((text) => text !== '').join('. ')),
    };
  });
}

/** What may hold a prompt that is not PyTorch's, and could not be replaced: nothing is said of what lies behind it. */
export function unjudgedPrompts({ prompts }: { readonly prompts: readonly PromptRow[] }): string[] {
  return prompts.flatMap(({ tensor, refused, unreplaced }) => [
    ...(refused === undefined ? [] : [tensor]),
    ...unreplaced,
  ]);
}
