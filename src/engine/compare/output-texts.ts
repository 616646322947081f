import type { HeadReport, OutputStage } from '../../shared/output-stage.ts';
import type { Finding } from '../../shared/report.ts';

/**
 * For the sentence: detectors, whose suppression and un-mapping are code of each side's own. What class is the largest
 * follows from the tensors alone: that another one is, is told beside the verdict on them.
 */
export function headTexts({ heads }: OutputStage): string[] {
  return heads
    .filter(({ kind, decides }) => kind === 'detection' && decides)
    .map(({ text }) => text.replace(/\.$/, ''));
}

/** What was found of every head, and the rules that differ one by one. */
export function outputFindings({ heads }: OutputStage): Finding[] {
  return heads.flatMap((head) => {
    const severity = head.decides ? 'warning' : 'info';
    const subject = head.outputs[0] ?? '';
    if (head.known === 'recognised' && head.state !== 'differs') return [];
    if (head.state === 'equal') return [];
    return [head.text, ...details(head)].map((text) => ({ kind: 'output-stage', severity, subject, text }));
  });
}

function details(head: HeadReport): string[] {
  if (head.kind !== 'detection') return [];
  return [
    ...head.unmap.map(({ text, formula, fix }) =>
      [text, formula, fix].filter((part) => part !== undefined).join('; '),
    ),
    ...(head.nms?.explanations[0]?.differences ?? []).map(({ text }) => text),
  ];
}
