import { formatNumber } from '../../shared/format.ts';
import type { HeadKind, HeadReport } from '../../shared/output-stage.ts';
import { GRAVEST_FIRST } from '../draw/match-label.ts';
import type { Language, Translated } from './language.ts';
import { ruleNames } from './nms.ts';
import { stageTexts } from './stages.ts';
import { unmapNames } from './unmap.ts';

const en: Readonly<Record<HeadKind, string>> = {
  detection: 'detection',
  classification: 'classification',
  segmentation: 'segmentation',
  embedding: 'embedding',
};
const zh: typeof en = { detection: '检测', classification: '分类', segmentation: '分割', embedding: '嵌入' };

export const headNames: Translated<typeof en> = { en, 'zh-CN': zh };

/** What was found in a head, in one line of its numbers; the report's own sentence where it has none. */
export function headSummary(head: HeadReport, language: Language): string {
  const isEnglish = language === 'en';
  switch (head.kind) {
    case 'detection': {
      if (head.matching === undefined) return head.text;
      const { counts, of } = head.matching;
      const { detections, state } = stageTexts[language];
      const parts = GRAVEST_FIRST.filter((one) => counts[one] > 0).map((one) =>
        isEnglish ? `${counts[one]} ${state[one]}` : `${state[one]} ${counts[one]}`,
      );
      const total = detections(of.reference, of.candidate);
      if (parts.length === 0) return total;
      return isEnglish ? `${total}: ${parts.join(', ')}` : `${total}：${parts.join('，')}`;
    }
    case 'classification':
      return isEnglish
        ? `the first class is another in ${head.changedCount} of ${head.rows} rows`
        : `${head.rows} 行中有 ${head.changedCount} 行的首位类别不同`;
    case 'segmentation':
      return isEnglish
        ? `${head.changed} of ${head.pixels} pixels have another label`
        : `${head.pixels} 个像素中有 ${head.changed} 个标签不同`;
    case 'embedding':
      return isEnglish
        ? `cosine at least ${formatNumber(head.lowestCosine)}, ${formatNumber(head.meanCosine)} on average, over ${head.rows} rows`
        : `${head.rows} 行的余弦：最小 ${formatNumber(head.lowestCosine)}，平均 ${formatNumber(head.meanCosine)}`;
  }
}

/** In a few words each: what is otherwise after the last node; the simplest explanation of the suppression. */
export function headCauses(head: HeadReport, language: Language): readonly string[] {
  if (head.kind !== 'detection') return [];
  const rules = head.nms?.explanations[0]?.differences ?? [];
  return [
    ...new Set([
      ...head.unmap.map(({ kind }) => unmapNames[language][kind]),
      ...rules.map(({ rule }) => ruleNames[language][rule]),
    ]),
  ];
}
