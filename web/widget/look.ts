import { contrast, defaultColor, textOn } from './contrast.ts';
import type { Settings } from './protocol.ts';
import type { ScriptTag } from './script-tag.ts';

/** Surface and text of each theme, as in styles/base.css. */
const themes = {
  light: { surface: '#ffffff', text: '#171a21' },
  dark: { surface: '#1b1e25', text: '#f1f3f6' },
};

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
      for (const [theme, { surface, text }] of Object.entries(themes)) {
        // WCAG asks 3 of what shows where the focus is.
        root.style.setProperty(`--focus-${theme}`, contrast(color, surface) >= 3 ? color : text);
      }
      root.dataset['position'] = position;
    },
  };
}
