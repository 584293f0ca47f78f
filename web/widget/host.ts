import { style } from './style.ts';

/** The element that holds the chat, out of reach of the page's styles, and the root to draw into. */
export type Host = { root: HTMLElement; shadow: ShadowRoot; remove(): void };

/** Puts the element beside the page's body: a body that is transformed, replaced or laid out does not touch it. */
export function mountHost(): Host {
  const element = document.createElement('rapport-chat');
  const shadow = element.attachShadow({ mode: 'open' });
  addStyle(shadow);
  const root = document.createElement('div');
  root.className = 'root';
  shadow.append(root);
  keepKeysIn(element);
  document.documentElement.append(element);
  return { root, shadow, remove: () => element.remove() };
}

// A sheet made by script needs no entry in the page's Content-Security-Policy; an element would.
function addStyle(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    const element = document.createElement('style');
    element.textContent = style;
    shadow.append(element);
  }
}

// To the page, what is typed here seems to be typed on a plain element: its shortcuts would go off.
function keepKeysIn(element: HTMLElement): void {
  for (const kind of ['keydown', 'keypress', 'keyup']) {
    element.addEventListener(kind, (event) => event.stopPropagation());
  }
}
