import type { DetectionHead, HeadReport, OutputStage } from '../../shared/output-stage.ts';
import type { Finding } from '../../shared/report.ts';

/**
 * For the sentence: detectors, whose suppression and un-mapping are code of each side's own. What class is the largest
 * follows from the tensors alone: that another one is, is told beside the verdict on them.
 */
export function headTexts({ heads }: OutputStage): string[] {
  return heads.flatMap((head) => (head.kind === 'detection' && head.decides ? [detectorText(head)] : []));
}

/** What became of the detections, then the reasons: the arithmetic of the boxes and the rules. */
function detectorText({ matching, labels, unmap, nms, text }: DetectionHead): string {
  const reasons = [
    ...(labels === undefined ? [] : [labels.text]),
    ...unmap.slice(0, 1).map((finding) => finding.text),
    ...(nms?.explanations[0]?.differences ?? []).map((difference) => difference.text),
  ];
  if (matching === undefined || reasons.length === 0) return text.replace(/\.$/, '');
  return [matching.text.replace(/\.$/, ''), ...reasons].join('; ');
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
    if (head.known === 'recognised' && head.state !== 'differs') return [];
    if (head.state === 'equal') return [];
    return [head.text, ...details(head)].map((text) => ({ kind: 'output-stage', severity, subject, text }));
  });
}

function details(head: HeadReport): string[] {
  if (head.kind !== 'detection') return [];
  return [
    ...(head.labels === undefined ? [] : [`${head.labels.text}; ${head.labels.fix}`]),
    ...head.unmap.map(({ text, formula, fix }) =>
      [text, formula, fix].filter((part) => part !== undefined).join('; '),
    ),
    ...(head.nms?.explanations[0]?.differences ?? []).map(({ text }) => text),
  ];
}
