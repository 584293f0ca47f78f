import { readColor } from './read-answer.ts';

/** What the page says in its script tag. */
export type ScriptTag = {
  /** The origin that the script came from: where the server is. */
  base: string;
  key: string;
  position: 'left' | 'right' | null;
  color: string | null;
  language: string | null;
  isOpen: boolean;
  identity: string | undefined;
};

/** Reads the script's own tag; undefined when there is none with a key. */
export function readScriptTag(): ScriptTag | undefined {
  const tag = findTag();
  const key = tag?.dataset['key']?.trim() ?? '';
  if (tag === undefined || key === '') return undefined;
  const { position, color, language, open, identity } = tag.dataset;
  return {
    base: new URL(tag.src, location.href).origin,
    key,
    position: position === 'left' || position === 'right' ? position : null,
    color: readColor(color),
    language: language ?? null,
    isOpen: open === 'true',
    identity: identity === '' ? undefined : identity,
  };
}

function findTag(): HTMLScriptElement | undefined {
  const own = document.currentScript;
  if (own instanceof HTMLScriptElement) return own;
  // A script that a tag manager put in has no currentScript.
  const all = [...document.querySelectorAll<HTMLScriptElement>('script[data-key][src]')];
  return all.find(({ src }) => /\/widget\.js(\?|#|$)/.test(src));
}
