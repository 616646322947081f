import type { InputStepKind } from '../../shared/input-stage.ts';
import type { PromptStepKind } from '../../shared/prompt.ts';
import type { Translated } from './language.ts';

type StepKind = InputStepKind | PromptStepKind;

const en: Readonly<Record<StepKind, string>> = {
  decoder: 'picture decoder',
  orientation: 'orientation of the picture',
  'channel-order': 'channel order',
  flip: 'flipped',
  crop: 'cropped',
  resize: 'resized',
  'resize-order': 'order of resize and pad',
  filter: 'resize filter',
  shift: 'shifted',
  'pad-side': 'side of the padding',
  'pad-amount': 'amount of padding',
  'pad-value': 'pad value',
  rounding: 'rounding',
  scale: 'scale',
  normalisation: 'normalisation',
  dtype: 'dtype',
  layout: 'layout',
  unknown: 'not explained',
  equal: 'equal',
  padded: 'padded prompts',
  shortened: 'prompts missing at the end',
  dropped: 'prompts missing',
  normalised: 'normalisation of prompts',
  scaled: 'scale of prompts',
  reversed: 'prompts reversed',
  reordered: 'order of prompts',
  replaced: 'other prompts',
  rounded: 'rounded prompts',
  'special-tokens': 'special tokens',
  shifted: 'shifted',
};

const zh: typeof en = {
  decoder: '图片解码器',
  orientation: '图片方向',
  'channel-order': '通道顺序',
  flip: '翻转',
  crop: '裁剪',
  resize: '缩放',
  'resize-order': '缩放与填充的先后',
  filter: '缩放滤波',
  shift: '平移',
  'pad-side': '填充位置',
  'pad-amount': '填充量',
  'pad-value': '填充值',
  rounding: '取整',
  scale: '数值范围',
  normalisation: '归一化',
  dtype: '数据类型',
  layout: '数据布局',
  unknown: '未能解释',
  equal: '相同',
  padded: '提示被填充',
  shortened: '末尾缺少提示',
  dropped: '缺少提示',
  normalised: '提示的归一化',
  scaled: '提示的比例',
  reversed: '提示顺序颠倒',
  reordered: '提示顺序',
  replaced: '其他提示',
  rounded: '提示被舍入',
  'special-tokens': '特殊词元',
  shifted: '错位',
};

/** A few words for what is otherwise on the deployed side. */
export const stepNames: Translated<typeof en> = { en, 'zh-CN': zh };
