import { printable } from '../../shared/errors.ts';
import type { Language } from './language.ts';

/** Settings that experiments tell in words, and the same in Chinese. */
const WORDS_ZH: readonly (readonly [RegExp, (...parts: readonly string[]) => string])[] = [
  [/^its two operands swapped$/, () => '两个操作数互换'],
  [/^its two branches swapped$/, () => '两个分支互换'],
  [
    /^its (first|second) operand transposed$/,
    (which) => `${which === 'first' ? '第一' : '第二'}个操作数转置`,
  ],
  [/^its inputs in reverse order$/, () => '输入次序颠倒'],
  [/^its inputs rotated by one$/, () => '输入次序轮换一位'],
  [/^(\w+) instead of (\w+)$/, (now = '', old = '') => `${now} 代替 ${old}`],
  [/^(\w+) instead$/, (now = '') => `${now} 代替`],
  [/^(\w+) after it$/, (op = '') => `其后加 ${op}`],
  [/^(\w+) left out$/, (op = '') => `去掉 ${op}`],
  [
    /^the constant (\S+) instead of (\S+) \((.*)\)$/,
    (now = '', old = '', name = '') => `常数 ${now} 代替 ${old}（${name}）`,
  ],
  [/^opset 13 \(axis=(-?\d+) .*\)$/, (axis = '') => `opset 13 的规则（只沿 axis=${axis} 归一化）`],
  [/^(pads=\[.*\]), output_padding one larger$/, (pads = '') => `${pads}，output_padding 加一`],
];

/** Written as an attribute and its value, which is the same in every language. */
export function isAttribute(setting: string): boolean {
  return /^\w+=/.test(setting);
}

export function settingText(setting: string, language: Language): string {
  if (language === 'en') return printable(setting);
  for (const [pattern, words] of WORDS_ZH) {
    const found = pattern.exec(setting);
    if (found !== null) return printable(words(...found.slice(1)));
  }
  return printable(setting);
}
