import { defaultColor, textOn } from './contrast.ts';
import type { Settings } from './protocol.ts';
import type { ScriptTag } from './script-tag.ts';

/** Colours and place of the chat: what the script tag says goes over what the agent's settings say. */
export function lookOf(
  tag: Pick<ScriptTag, 'color' | 'position'>,
  settings: Settings,
): { apply(root: HTMLElement): void } {
  const color = tag.color ?? settings.color ?? defaultColor;
  const position = tag.position ?? settings.position ?? 'right';
  return {
    apply(root) {
      root.style.setProperty('--accent', color);
      root.style.setProperty('--on-accent', textOn(color));
      root.dataset['position'] = position;
    },
  };
}
