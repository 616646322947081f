import type { HeadReport, OutputStage } from '../../shared/output-stage.ts';
import type { Finding } from '../../shared/report.ts';

/** For the sentence: heads on which a verdict may rest. */
export function headTexts({ heads }: OutputStage): string[] {
  return heads.filter(({ decides }) => decides).map(({ text }) => text.replace(/\.$/, ''));
}

/** For the sentence: heads that were asked for, and of which nothing can be said. */
export function uncomparedTexts({ heads }: OutputStage): string[] {
  return heads
    .filter(({ known, state }) => known === 'declared' && state === 'not-compared')
    .map(({ text }) => text.replace(/\.$/, ''));
}

/** What was found of every head, and the rules that differ one by one. */
export function outputFindings({ heads }: OutputStage): Finding[] {
  return heads.flatMap((head) => {
    const severity = head.decides ? 'warning' : 'info';
    const subject = head.outputs[0] ?? '';
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
