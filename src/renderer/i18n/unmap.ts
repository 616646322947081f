import type { UnmapKind } from '../../shared/output-stage.ts';
import type { Translated } from './language.ts';

const en: Readonly<Record<UnmapKind, string>> = {
  'pad-before-scale': 'pad subtracted before dividing by the scale',
  'pad-after-scale': 'pad subtracted after dividing by the scale',
  'pad-forgotten': 'pad not subtracted',
  'pad-doubled': 'pad subtracted twice',
  'pad-halved': 'half of the pad subtracted',
  'pad-added': 'pad added, not subtracted',
  'pad-rounded': 'pad rounded to whole pixels',
  'pads-swapped': 'pads of x and y exchanged',
  'scale-forgotten': 'not divided by the scale',
  'scale-inverted': 'scale the wrong way round',
  'scales-swapped': 'scales of x and y exchanged',
  'scale-and-pad-forgotten': 'not un-mapped at all',
  'letterbox-ignored': 'letterbox taken for a stretched picture',
  'axes-swapped': 'x and y swapped',
  'xywh-as-xyxy': 'corner and size read as two corners',
  'cxcywh-as-xyxy': 'centre and size read as two corners',
  normalised: 'in parts of the picture, not in pixels',
  'one-pixel': 'moved by one pixel',
  'half-pixel': 'moved by half a pixel',
  rounded: 'rounded to whole pixels',
  clipped: 'clipped to the picture',
  offset: 'moved',
  scale: 'scaled',
  affine: 'scaled and moved',
};

const zh: typeof en = {
  'pad-before-scale': '先减填充、后除缩放比例',
  'pad-after-scale': '先除缩放比例、后减填充',
  'pad-forgotten': '未减去填充',
  'pad-doubled': '填充减了两次',
  'pad-halved': '只减去一半填充',
  'pad-added': '填充被加上而非减去',
  'pad-rounded': '填充取整到整像素',
  'pads-swapped': 'x 与 y 的填充对调',
  'scale-forgotten': '未除以缩放比例',
  'scale-inverted': '缩放比例用反',
  'scales-swapped': 'x 与 y 的缩放比例对调',
  'scale-and-pad-forgotten': '未还原到原图坐标',
  'letterbox-ignored': '把等比填充当作拉伸',
  'axes-swapped': 'x 与 y 颠倒',
  'xywh-as-xyxy': '角点加宽高被当作两角点',
  'cxcywh-as-xyxy': '中心加宽高被当作两角点',
  normalised: '为相对坐标而非像素',
  'one-pixel': '偏移一个像素',
  'half-pixel': '偏移半个像素',
  rounded: '取整到整像素',
  clipped: '裁剪到图内',
  offset: '平移',
  scale: '缩放',
  affine: '缩放并平移',
};

/** In a few words, what a side does otherwise when it brings boxes back to the picture. */
export const unmapNames: Translated<typeof en> = { en, 'zh-CN': zh };
