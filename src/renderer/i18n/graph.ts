import type { Translated } from './language.ts';

const en = {
  fit: 'Fit',
};

export const graphTexts: Translated<typeof en> = {
  en,
  'zh-CN': { fit: '适应窗口' },
};
