import type { Language } from '../i18n/language.ts';
import { language, LANGUAGES } from '../i18n/language.ts';
import { atom } from './atom.ts';

export type ThemeChoice = 'light' | 'dark' | 'system';

export const theme = atom<ThemeChoice>('system');

const LANGUAGE_KEY = 'layerdiff.language';
const THEME_KEY = 'layerdiff.theme';

/** Takes up what was chosen before, else what the system says; keeps the page's root and the choices in step. */
export function bindPreferences(root: HTMLElement): void {
  const chosen = read(LANGUAGE_KEY);
  const system = navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  language.set(LANGUAGES.find((one) => one === chosen) ?? system);
  const kept = read(THEME_KEY);
  theme.set(kept === 'light' || kept === 'dark' ? kept : 'system');
  const apply = (): void => {
    root.lang = language.get();
    if (theme.get() === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme.get();
  };
  language.subscribe(() => {
    write(LANGUAGE_KEY, language.get());
    apply();
  });
  theme.subscribe(() => {
    write(THEME_KEY, theme.get());
    apply();
  });
  apply();
}

export function chooseLanguage(next: Language): void {
  language.set(next);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows refuse; the choice holds until the page goes.
  }
}
