import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Report, Site, VerdictKind } from '../../shared/report.ts';
import { causeText, experimentText, placeName } from './cause.ts';
import type { Language } from './language.ts';
import { settingText } from './setting.ts';
import { stepNames } from './step.ts';
import { tight } from './tight.ts';

const KINDS_ZH = {
  'not-comparable': '无法比较',
  'input-differs': '输入不同',
  'weights-differ': '权重不同',
  'missing-operation': '缺少运算',
  introduced: '引入误差',
  'precision-loss': '精度损失',
  'output-stage-differs': '输出阶段不同',
  nondeterministic: '结果不确定',
  'no-fault': '没有错误',
} satisfies Readonly<Record<VerdictKind, string>>;

export function kindText(kind: VerdictKind, language: Language): string {
  return language === 'en' ? kind : KINDS_ZH[kind];
}

/** The sentence of the report; in Chinese it is put together again from what the report states as data. */
export function verdictSentence(report: Report, language: Language): string {
  const { verdict } = report;
  if (language === 'en') return verdict.sentence;
  const clauses = verdict.kinds.map((kind) => CLAUSES_ZH[kind](report));
  // These hold reasons that the report has only as a sentence: it is shown as it is.
  const isWhole = clauses.every((clause) => clause !== undefined);
  const parts = clauses.map((clause, index) => clause ?? KINDS_ZH[verdict.kinds[index] ?? verdict.kind]);
  const sentence = tight(`${[...limitsZh(report), ...parts, ...amplifierZh(report)].join('；')}。`);
  return printable(isWhole ? sentence : `${sentence}（${verdict.sentence}）`);
}

/** Undefined where the report has the reason only in its sentence. */
const CLAUSES_ZH: Readonly<Record<VerdictKind, (report: Report) => string | undefined>> = {
  'not-comparable': notComparableZh,
  'input-differs': inputsZh,
  'weights-differ': weightsZh,
  'missing-operation': ({ verdict }) =>
    `PyTorch 做了计算图中没有的运算：${listZh(
      verdict.sites
        .filter((site) => site.kind === 'missing-operation')
        .map((site) => placeName(site, 'named', 'zh-CN')),
    )}`,
  introduced: (report) => {
    const sites = report.verdict.sites.filter((site) => site.kind === 'introduced');
    return [...(sites.length === 0 ? [] : [introducedZh(sites)]), ...optimizerZh(report)].join('；');
  },
  'precision-loss': () => undefined,
  'output-stage-differs': outputStageZh,
  nondeterministic: ({ observer }) =>
    `相同输入运行两次结果不同（相对 L2 ${formatNumber(observer.repeat?.relativeL2 ?? NaN)}）：模型中有随机数`,
  'no-fault': noFaultZh,
};

function inputsZh({ inputs, inputStage }: Report): string {
  const fed = inputs
    .filter(({ differs }) => differs)
    .map(({ name, difference, explanation, steps }) => {
      const size = difference === undefined ? '' : `（最大相差 ${formatNumber(difference.maxAbs)}）`;
      return `${name}${size}${stepsZh([...(explanation?.best?.steps ?? []), ...steps])}`;
    });
  const held = inputStage.prompts.map(({ tensor, steps }) => `${tensor}${stepsZh(steps)}`);
  return [
    ...(fed.length === 0 ? [] : [`第一个节点之前输入已不同：${listZh(fed)}`]),
    ...(held.length === 0 ? [] : [`计算图中的提示与 PyTorch 不同：${listZh(held)}`]),
    '节点按 PyTorch 得到的输入判定',
  ].join('；');
}

function stepsZh(steps: readonly { readonly kind: keyof (typeof stepNames)['en'] }[]): string {
  const names = [...new Set(steps.map(({ kind }) => stepNames['zh-CN'][kind]))];
  return names.length === 0 ? '' : `：${names.join('、')}`;
}

/** Undefined for outputs in another layout, which the report has as a sentence only. */
function outputStageZh({ outputStage }: Report): string | undefined {
  const heads = outputStage.heads.filter(({ decides }) => decides);
  if (heads.length === 0) return undefined;
  return `末个节点之后不同：${listZh(heads.map(({ kind, outputs }) => `${HEADS_ZH[kind]}（${outputs.join('、')}）`))}`;
}

const HEADS_ZH = { detection: '检测', classification: '分类', segmentation: '分割', embedding: '嵌入' };

function notComparableZh({ coverage }: Report): string | undefined {
  const { total, compared } = coverage.graphOutputs;
  if (coverage.pairedEntries === 0 || coverage.compared === 0)
    return '无法比较：模型中没有一个张量能与参考配对';
  if (compared < total) return `无法比较：${total} 个图输出中只有 ${compared} 个可比，请同时录制模型的输出`;
  return undefined;
}

/** As the engine draws the line: from this share of the checked weights on it is another checkpoint. */
const MOST_WEIGHTS = 0.5;

function weightsZh({ weights: { differing, of } }: Report): string {
  const names = listZh(differing.map((weight) => weight.parameter));
  return differing.length > 2 && differing.length > MOST_WEIGHTS * of
    ? `这不是录制时的检查点（EMA、融合或过期的权重？）：${of} 个权重中有 ${differing.length} 个不同，${names}`
    : `权重与录制时不同：${names}`;
}

function introducedZh(sites: readonly Site[]): string {
  const [only] = sites;
  if (sites.length === 1 && only !== undefined)
    return `误差在 ${siteZh(only, '')} 引入，自身误差 ${formatNumber(only.local)}，为容差的 ${formatNumber(only.excess)} 倍${onlyCauseZh(only)}`;
  return `误差在 ${sites.length} 处引入：${listZh(
    sites.map((site) => siteZh(site, rightWithZh(site))),
    4,
  )}`;
}

function onlyCauseZh(site: Site): string {
  const { cause } = site;
  if (cause === undefined) return '';
  return cause.experiment?.reproduces === true
    ? `；${experimentText(cause.experiment, 'zh-CN')}`
    : `；可能的原因：${causeText(site, cause, 'zh-CN', 'this')}`;
}

function rightWithZh({ cause }: Site): string {
  const experiment = cause?.experiment;
  return experiment?.reproduces === true ? `${settingText(experiment.setting, 'zh-CN')} 时正确` : '';
}

function siteZh(site: Site, more: string): string {
  if (site.nodes.length === 0) return `没有节点计算的输出 ${site.tensor}`;
  const isLong = site.node === undefined && site.nodes.length > 1;
  const where = isLong
    ? `${placeName(site, 'named', 'zh-CN')}之一`
    : `${site.opType} ${site.node ?? site.nodes[0] ?? ''}`;
  const details = [site.scope, more].filter((text) => text !== '').join('；');
  return `${where}${details === '' ? '' : `（${details}）`}`;
}

function optimizerZh({ observer: { passes, level, relativeL2 } }: Report): string[] {
  if (passes === undefined) return [];
  const size = `（相对 L2 ${formatNumber(relativeL2 ?? NaN)}）`;
  return [
    passes.length === 0
      ? `原始模型在优化级别 ${level} 下的输出与本次运行不同${size}，且没有任何优化步骤能解释：运行时在不被观察时另行计算`
      : `运行时的优化器改变了输出${size}：级别 ${level} 下的 ${listZh(passes)}；去掉后与本次运行一致`,
  ];
}

function noFaultZh(report: Report): string {
  const { verdict, outputs, amplifiers } = report;
  const where = /^no fault in (\d+) of (\d+) nodes/.exec(verdict.sentence);
  const scope = where === null ? '' : `（${where[2] ?? ''} 个节点中的 ${where[1] ?? ''} 个）`;
  if (verdict.detail === 'equal') return `没有错误${scope}：输出逐位相等`;
  const worst = outputs.reduce((most, output) => Math.max(most, output.relativeL2 ?? 0), 0);
  const size = worst > 0 ? `，输出处相对 L2 误差至多 ${formatNumber(worst)}` : '';
  const [largest] = amplifiers;
  const gain =
    report.growth === undefined && largest !== undefined
      ? `，每步放大至多 ×${formatNumber(largest.gain)}`
      : '';
  return `没有错误${scope}：这是浮点舍入${size}${gain}${growthZh(report)}`;
}

/** As the engine draws the line: rates within this of 1 are none. */
const STEADY = 0.05;

function growthZh({ growth }: Report): string {
  if (growth === undefined) return '';
  const { steps, relative, absolute, values } = growth;
  if (absolute < 1 + STEADY && relative < 1 + STEADY) return '';
  const alike = Math.abs(absolute / values - 1) < STEADY && values > 1 + STEADY ? '（数值同样增长）' : '';
  return `；经过 ${steps} 层，绝对误差每层 ×${absolute.toPrecision(2)}${alike}，相对误差每层 ×${relative.toPrecision(2)}`;
}

function amplifierZh({ verdict, amplifiers }: Report): string[] {
  const [largest] = amplifiers;
  if (largest === undefined || verdict.kind === 'no-fault' || verdict.kind === 'not-comparable') return [];
  return [`放大最多处 ${largest.node}（×${formatNumber(largest.gain)}）`];
}

/** The counts stand in the sentence alone. */
function limitsZh({ verdict }: Report): string[] {
  const [, judged, of] = /^no inputs: own errors only, (\d+) of (\d+) stretches/.exec(verdict.sentence) ?? [];
  return judged === undefined ? [] : [`没有输入：只判定自身误差，${of ?? ''} 段中的 ${judged} 段`];
}

function listZh(items: readonly string[], most = 3): string {
  if (items.length <= most) return items.join('、');
  return `${items.slice(0, most - 1).join('、')} 等 ${items.length} 项`;
}
