/** The element with this id; every id that is asked for is in index.html. */
export const byId = (id) => document.getElementById(id);

/** An element with a class and text or children; text stays text, whatever it looks like. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows text, or hides the element when there is none. */
export function say(id, text) {
  const element = byId(id);
  element.textContent = text ?? '';
  element.hidden = !text;
}
