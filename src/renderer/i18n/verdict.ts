import { formatNumber } from '../../shared/format.ts';
import type { Report, Site, VerdictKind } from '../../shared/report.ts';
import type { Language } from './language.ts';

const KINDS_ZH: Readonly<Record<VerdictKind, string>> = {
  'not-comparable': '无法比较',
  'input-differs': '输入不同',
  'weights-differ': '权重不同',
  'missing-operation': '缺少运算',
  introduced: '引入误差',
  'precision-loss': '精度损失',
  'output-stage-differs': '输出阶段不同',
  nondeterministic: '结果不确定',
  'no-fault': '没有错误',
};

export function kindText(kind: VerdictKind, language: Language): string {
  return language === 'en' ? kind : KINDS_ZH[kind];
}

/** The sentence of the report; in Chinese it is put together again from what the report states as data. */
export function verdictSentence(report: Report, language: Language): string {
  const { verdict, amplifiers } = report;
  if (language === 'en') return verdict.sentence;
  const introduced = verdict.sites.filter((site) => site.kind === 'introduced');
  const parts: string[] = [];
  switch (verdict.kind) {
    case 'no-fault':
      parts.push(verdict.detail === 'equal' ? '没有错误：所有比较过的张量完全相等' : noiseZh(report));
      break;
    case 'introduced':
      parts.push(introducedZh(introduced));
      break;
    case 'missing-operation':
    case 'weights-differ':
      parts.push(`${KINDS_ZH[verdict.kind]}：${verdict.sites.map(siteZh).join('、')}`);
      break;
    case 'not-comparable':
    case 'input-differs':
    case 'precision-loss':
    case 'output-stage-differs':
    case 'nondeterministic':
      // These hold reasons that the report has only as a sentence.
      return `${KINDS_ZH[verdict.kind]}：${verdict.sentence}`;
  }
  if (verdict.kind !== 'introduced' && introduced.length > 0) parts.push(introducedZh(introduced));
  const [largest] = amplifiers;
  if (largest !== undefined) parts.push(`放大最多处 ${largest.node}（×${formatNumber(largest.gain)}）`);
  return `${parts.join('；')}。`;
}

function noiseZh({ outputs }: Report): string {
  const worst = outputs.reduce((most, output) => Math.max(most, output.relativeL2 ?? 0), 0);
  return `没有错误：这是浮点舍入，输出处相对 L2 误差至多 ${formatNumber(worst)}`;
}

function introducedZh(sites: readonly Site[]): string {
  const [only] = sites;
  if (sites.length === 1 && only !== undefined)
    return `误差在 ${siteZh(only)} 引入，自身误差 ${formatNumber(only.local)}，为容差的 ${formatNumber(only.excess)} 倍`;
  return `误差在 ${sites.length} 处引入：${sites.map(siteZh).join('、')}`;
}

function siteZh(site: Site): string {
  const where = site.node ?? site.nodes.join('、');
  return `${site.opType} ${where}${site.scope === '' ? '' : `（${site.scope}）`}`;
}
