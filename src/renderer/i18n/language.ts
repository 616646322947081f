import { atom, useAtom } from '../state/atom.ts';
import type { ReadAtom } from '../state/atom.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every text in each language: a missing or extra key does not compile. */
export type Translated<T> = Readonly<Record<Language, T>>;

export const language = atom<Language>('en');

/** The texts of one part of the window, in the language of the moment. */
export function useTexts<T>(texts: Translated<T>): T {
  return texts[useAtom(language)];
}

export function textsNow<T>(texts: Translated<T>, source: ReadAtom<Language> = language): T {
  return texts[source.get()];
}
