const small = '(max-width: 480px)';

/** Whether the chat covers the whole screen, so that there is nothing beside it to go to. */
export function isFullScreen(): boolean {
  return matchMedia(small).matches;
}

/** Says when that changes; returns how to stop. */
export function watchFullScreen(onChange: (isFull: boolean) => void): () => void {
  const query = matchMedia(small);
  const listener = (): void => onChange(query.matches);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Tab goes around inside the box. */
export function keepFocusIn(box: HTMLElement, event: KeyboardEvent): void {
  const places = [
    ...box.querySelectorAll<HTMLElement>(
      'button:not(:disabled), [href], input:not(:disabled), textarea, audio, [tabindex="0"]',
    ),
  ].filter((place) => place.offsetParent !== null);
  const root = box.getRootNode();
  const active = root instanceof ShadowRoot ? root.activeElement : null;
  const [edge, other] = event.shiftKey
    ? [places[0], places[places.length - 1]]
    : [places[places.length - 1], places[0]];
  if (active !== edge) return;
  event.preventDefault();
  other?.focus();
}

/** Keeps the box in the part of the screen that the keyboard of a phone leaves free; returns how to stop. */
export function fitToScreen(box: HTMLElement): () => void {
  const screen = window.visualViewport;
  if (screen === null) return () => undefined;
  const place = (): void => {
    box.style.setProperty('--screen-height', `${screen.height}px`);
    box.style.setProperty('--screen-top', `${screen.offsetTop}px`);
  };
  place();
  screen.addEventListener('resize', place);
  screen.addEventListener('scroll', place);
  return () => {
    screen.removeEventListener('resize', place);
    screen.removeEventListener('scroll', place);
  };
}
