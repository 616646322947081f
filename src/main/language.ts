import type { Language } from '../shared/commands.ts';

/** Of the system's preferred languages (BCP 47) the first that the window speaks. */
export function systemLanguage(preferred: readonly string[]): Language {
  const known = preferred.map((tag) => tag.toLowerCase()).find((tag) => /^(en|zh)\b/.test(tag));
  return known?.startsWith('zh') === true ? 'zh-CN' : 'en';
}
