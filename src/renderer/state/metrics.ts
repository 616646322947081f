import type { TensorRow } from '../../shared/report.ts';
import type { Translated } from '../i18n/language.ts';

/** A number of a tensor row by which the window orders and colours. */
export interface Metric {
  readonly key: string;
  readonly label: Translated<string>;
  /** undefined where the row does not have it; Infinity for non-finite mismatches. */
  readonly value: (row: TensorRow) => number | undefined;
  /** Where the colour scale breaks, and why there; undefined: no break. */
  readonly threshold: { readonly at: number; readonly reason: Translated<string> } | undefined;
  /** Decades rather than steps. */
  readonly isLog: boolean;
  readonly higherIsWorse: boolean;
}

const judgedByTolerance: Translated<string> = {
  en: 'above 1 a stretch errs more than rounding of its operators explains',
  'zh-CN': '大于 1：该段的误差超出其算子舍入所能解释的范围',
};

export const METRICS: readonly Metric[] = [
  {
    key: 'excess',
    label: { en: 'own error ÷ tolerance', 'zh-CN': '自身误差 ÷ 容差' },
    value: (row) => row.excess,
    threshold: { at: 1, reason: judgedByTolerance },
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'local',
    label: { en: 'own error, fed exact inputs', 'zh-CN': '自身误差（输入为精确值）' },
    value: (row) => row.local?.relative,
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'total',
    label: { en: 'error so far, relative L2', 'zh-CN': '累计误差，相对 L2' },
    value: (row) =>
      row.total !== undefined && row.total.nonFiniteMismatch > 0 ? Infinity : row.total?.relativeL2,
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'maxAbs',
    label: { en: 'error so far, max |d|', 'zh-CN': '累计误差，最大 |d|' },
    value: (row) => row.total?.maxAbs,
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'sqnr',
    label: { en: 'SQNR so far, dB', 'zh-CN': '累计 SQNR，dB' },
    value: (row) => row.total?.sqnr,
    threshold: undefined,
    isLog: false,
    higherIsWorse: false,
  },
  {
    key: 'cosine',
    label: { en: '1 − cosine so far', 'zh-CN': '1 − 累计余弦相似度' },
    value: (row) => (row.total === undefined ? undefined : 1 - row.total.cosine),
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'outside',
    label: { en: 'share outside atol + rtol·|r|', 'zh-CN': '超出 atol + rtol·|r| 的比例' },
    value: (row) => row.total?.outside,
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'ulp',
    label: { en: 'max distance, ULP', 'zh-CN': '最大 ULP 距离' },
    value: (row) => row.total?.maxUlp,
    threshold: undefined,
    isLog: true,
    higherIsWorse: true,
  },
  {
    key: 'gain',
    label: { en: 'gain', 'zh-CN': '增益' },
    value: (row) => row.gain,
    threshold: {
      at: 2,
      reason: {
        en: 'above 2 an error that came in is called amplified',
        'zh-CN': '大于 2：传入的误差被视为放大',
      },
    },
    isLog: true,
    higherIsWorse: true,
  },
];

export const DEFAULT_METRIC: Metric = METRICS[0] as Metric;
