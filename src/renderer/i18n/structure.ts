import { printable } from '../../shared/errors.ts';
import { formatNumber } from '../../shared/format.ts';
import type { Structure, StructureKind } from '../../shared/structure.ts';
import type { Language } from './language.ts';

/** How the figures of a structure are read: those that are missing, in reports of other versions, are NaN or empty. */
interface Figures {
  readonly text: string;
  readonly share: number;
  readonly one: (name: string) => number;
  readonly list: (name: string) => readonly number[];
}

/** Where and how the error sits in the tensor, in a clause. */
export function structureText(structure: Structure, language: Language): string {
  if (language === 'en') return printable(structure.text);
  const { kind, text } = structure;
  const said = SAID_ZH[kind](figuresOf(structure));
  return said === undefined ? `${STRUCTURES_ZH[kind]}：${printable(text)}` : said;
}

function figuresOf({ text, share, figures }: Structure): Figures {
  const value = (name: string): number | readonly number[] | undefined =>
    Object.hasOwn(figures, name) ? figures[name] : undefined;
  return {
    text,
    share,
    one: (name) => {
      const found = value(name);
      return typeof found === 'number' ? found : NaN;
    },
    list: (name) => {
      const found = value(name);
      return typeof found === 'object' ? found : [];
    },
  };
}

export const STRUCTURES_ZH = {
  'non-finite': '非有限值',
  flip: '翻转',
  shift: '平移',
  transposition: '转置',
  permutation: '切片重排',
  ties: '相等值的次序',
  neighbours: '取到相邻元素',
  normalised: '归一化的轴不同',
  offset: '相差常数',
  scale: '相差倍数',
  affine: '线性关系',
  saturation: '被截断',
  zeroed: '被置零',
  quantisation: '落在量化格点',
  borders: '仅在边缘',
  masked: '仅在掩码处',
  negatives: '仅在负值处',
  positives: '仅在正值处',
  channels: '仅在部分通道',
  rows: '仅在部分切片',
  'large-magnitudes': '仅在大数值处',
  'small-magnitudes': '仅在小数值处',
  isolated: '个别元素',
} satisfies Readonly<Record<StructureKind, string>>;

const axes = (list: readonly number[]): string => `轴 ${list.join('、')}`;
const side = (which: number): string => (which === 0 ? '候选' : '参考');
const otherSide = (which: number): string => side(1 - which);
const inside = ({ share, one }: Figures): string =>
  `${formatNumber(100 * share)}% 的出错元素在此，该处 ${one('elements')} 个元素中 ${one('wrong')} 个出错`;
/** The reference is meant by −1; which operand another number stands for is told by the English text alone. */
const ofReference =
  (said: (figures: Figures) => string) =>
  (figures: Figures): string | undefined =>
    figures.one('operand') === -1 ? said(figures) : undefined;

/** What the figures suffice for; undefined: the English clause is shown after the kind's name. */
const SAID_ZH: Readonly<Record<StructureKind, (figures: Figures) => string | undefined>> = {
  'non-finite': ({ one, list }) => {
    const parts = (['candidate', 'reference'] as const).flatMap((name, index) => {
      const [nan = 0, infinite = 0] = list(name);
      const what = [nan > 0 ? `${nan} 个 NaN` : '', infinite > 0 ? `${infinite} 个 ±∞` : ''].filter(Boolean);
      return what.length === 0
        ? []
        : [`${side(index)}有 ${what.join('、')}，${otherSide(index)}在该处为有限值`];
    });
    const clash = one('clash') > 0 ? [`${one('clash')} 处两侧均非有限值但不相同`] : [];
    const beyond = one('beyondFloat16') > 0 ? [`其中 ${one('beyondFloat16')} 处超出 float16 的 65504`] : [];
    return `共 ${one('elements')} 个元素：${[...parts, ...clash, ...beyond].join('；')}`;
  },
  flip: ({ list }) => `候选是参考沿${axes(list('axes'))} 翻转的结果`,
  shift: ({ one, list }) =>
    `候选是参考沿${axes(list('axes'))} 平移 ${list('by').map(signed).join('、')} 的结果${one('wraps') === 1 ? '（首尾循环）' : ''}，平移后 ${one('compared')} 个元素中 ${one('equal')} 个相等`,
  transposition: ({ text, list }) =>
    text.includes('in memory')
      ? `候选是参考在内存中交换${axes(list('axes'))} 而形状未变的结果：以 reshape 代替了 transpose`
      : `候选是参考交换${axes(list('axes'))} 的结果`,
  permutation: ({ one }) => `候选沿轴 ${one('axis')} 的切片次序不同，共 ${one('moved')} 个切片换位`,
  ties: ({ one }) =>
    `沿轴 ${one('axis')} 数值相同但次序不同：${one('of')} 行中 ${one('rows')} 行，共 ${one('moved')} 个元素换位`,
  neighbours: ({ one, list }) =>
    `${one('matched')} 个出错元素等于参考在${axes(list('axes'))} 上的相邻元素：下标取整不同`,
  normalised: ({ list }) =>
    `候选沿${axes(list('candidateAxes'))} 求和为 1，参考沿${axes(list('referenceAxes'))} 求和为 1`,
  offset: (figures) => fitted(figures, '参考 + b', undefined, 'offset'),
  scale: (figures) => fitted(figures, 'a × 参考', 'scale', undefined),
  affine: (figures) => fitted(figures, 'a × 参考 + b', 'scale', 'offset'),
  saturation: ({ one, list }) => {
    const said = list('bounds').map((bound, index) => {
      const beyond = formatNumber(list('beyond')[index] ?? NaN);
      return `${list('counts')[index] ?? 0} 个元素恰为 ${formatNumber(bound)}，而${otherSide(one('side'))}达到 ${beyond}`;
    });
    return `${side(one('side'))}被截断：${said.join('；')}`;
  },
  zeroed: ({ one }) => {
    const gain = one('gain');
    const rest = Number.isNaN(gain)
      ? ''
      : `，其余为${otherSide(one('side'))}的 ${formatNumber(gain)} 倍：dropout`;
    return `${one('elements')} 个元素中，${side(one('side'))}有 ${one('zeros')} 个为 0 而${otherSide(one('side'))}不为 0${rest}`;
  },
  quantisation: ({ one }) =>
    `${side(one('side'))}落在步长 ${formatNumber(one('step'))}、共 ${one('levels')} 级的格点上，${otherSide(one('side'))}不然`,
  borders: (figures) => {
    const { one, list } = figures;
    const isAll = list('sides').length === 2 * list('axes').length;
    const ends = list('sides').map(
      (end) => `轴 ${list('axes')[Math.floor(end / 2)] ?? 0} 的${end % 2 === 0 ? '起始端' : '末端'}`,
    );
    const where = isAll ? `${axes(list('axes'))} 的两端` : ends.join('与');
    return `仅在${where}最外 ${one('depth')} 层：${inside(figures)}`;
  },
  masked: () => undefined,
  negatives: ofReference((figures) => `仅在参考值为负处：${inside(figures)}`),
  positives: ofReference((figures) => `仅在参考值为正处：${inside(figures)}`),
  channels: (figures) => {
    const { one, list } = figures;
    const shown = list('channels');
    const named = shown.length <= MOST ? `：${shown.join('、')}` : '';
    return `仅在 ${one('of')} 个通道（轴 ${one('axis')}）中的 ${shown.length >= LISTED ? '部分' : `${shown.length} 个`}${named}；${inside(figures)}`;
  },
  rows: (figures) => {
    const { list } = figures;
    const [first, last] = list('indices');
    if (list('axes').length === 0)
      return `仅在按 C 次序的第 ${first ?? 0} 至 ${last ?? 0} 个元素（共 ${list('of')[0] ?? 0} 个），连续出错`;
    if (list('axes').length > 1) return undefined;
    const shown = list('indices');
    const named = shown.length <= MOST ? `：${shown.join('、')}` : '';
    return `仅在${axes(list('axes'))} 的 ${list('of')[0] ?? 0} 个切片中的 ${shown.length >= LISTED ? '部分' : `${shown.length} 个`}${named}；${inside(figures)}`;
  },
  'large-magnitudes': ofReference(
    (figures) => `仅在 |参考值| 约 ${formatNumber(figures.one('threshold'))} 以上处：${inside(figures)}`,
  ),
  'small-magnitudes': ofReference(
    (figures) => `仅在 |参考值| 约 ${formatNumber(figures.one('threshold'))} 以下处：${inside(figures)}`,
  ),
  isolated: ({ one }) => `${one('elements')} 个元素中仅 ${one('wrong')} 个出错`,
};

/** Indices that are written out; reports list this many at most. */
const MOST = 8;
const LISTED = 64;

const signed = (by: number): string => (by < 0 ? `−${-by}` : `+${by}`);

function fitted(
  { one, list }: Figures,
  formula: string,
  slope: 'scale' | undefined,
  offset: 'offset' | undefined,
): string {
  const parts = [
    ...(slope === undefined ? [] : [`a ${span(list(slope))}`]),
    ...(offset === undefined ? [] : [`b ${span(list(offset))}`]),
  ];
  const groups = one('groups') > 1 ? `，沿轴 ${one('axis')} 分 ${one('groups')} 组` : '';
  return `候选 = ${formula}，${parts.join('，')}${groups}；残差 ${formatNumber(one('residual'))}`;
}

function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? `= ${formatNumber(low)}` : `从 ${formatNumber(low)} 到 ${formatNumber(high)}`;
}
