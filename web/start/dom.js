/** Makes an element. Properties are set as properties, `data-…` and `aria-…` as attributes; children may be text. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.includes('-') || name === 'role') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Makes a list show these items in their order, touching only what changed: a screen reader hears what is
 * new and nothing twice. An item is drawn again when its `signature` differs.
 */
export function showList(list, items, { keyOf, signatureOf, draw }) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const signature = signatureOf(item);
    let child = known.get(key);
    known.delete(key);
    if (child === undefined) {
      child = el(list.matches('ol, ul') ? 'li' : 'div', {}, draw(item));
      child.dataset.key = key;
    } else if (child.dataset.signature !== signature) {
      child.replaceChildren(draw(item));
    }
    child.dataset.signature = signature;
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const gone of known.values()) gone.remove();
}

/**
 * Keeps a list at its end while entries come, unless its reader has scrolled up; `isOwn` brings back even then. `of`
 * says what the list is of: another one begins at its end, and is not read out as if all of it were new.
 */
export function keepAtEnd(list, change, { of, isOwn = () => false }) {
  const isOther = (list.dataset.of ?? of) !== of;
  list.dataset.of = of;
  const live = list.getAttribute('aria-live');
  if (isOther && live !== null) {
    list.setAttribute('aria-live', 'off');
    setTimeout(() => list.setAttribute('aria-live', 'polite'), 1_000);
  }
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const before = list.lastElementChild;
  change();
  const isNew = list.lastElementChild !== before;
  if (isOther || wasAtEnd || before === null || (isNew && isOwn()))
    list.scrollTop = list.scrollHeight;
}
