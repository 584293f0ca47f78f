import { en, type Words } from './words/en.ts';
import { languages } from './words/languages.ts';

/** The language of the chat's own texts. */
export type Language = { tag: string; direction: 'ltr' | 'rtl'; words: Words };

const rightToLeft = ['ar', 'fa', 'he', 'ur'];

/** The first wish that the chat speaks, English if none; the wishes are in the order in which they count. */
export function chooseLanguage(wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const tag = wish?.trim().toLowerCase().replace(/_/g, '-') ?? '';
    const base = tag.split('-')[0] ?? '';
    const words = Object.entries(languages).find(([name]) => name === tag || name === base)?.[1];
    if (words === undefined) continue;
    return {
      tag: /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(tag) ? tag : base,
      words,
      direction: rightToLeft.includes(base) ? 'rtl' : 'ltr',
    };
  }
  return { tag: 'en', words: en, direction: 'ltr' };
}

/** A text with its places filled. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
