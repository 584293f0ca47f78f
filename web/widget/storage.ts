/** The part of `localStorage` that is used. */
export type TextStore = {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** What one visitor of one site key keeps: names are short, the prefix keeps it apart from the page's own. */
export type Slot = {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** The names that begin like this, with their values. */
  list(beginning: string): { name: string; value: string }[];
  clear(): void;
};

/** Opens a slot. A store that refuses (full, or blocked by the browser) is stood in for by the page's memory. */
export function openSlot(store: TextStore | undefined, prefix: string): Slot {
  const memory = new Map<string, string>();
  const attempt = <Result>(act: (store: TextStore) => Result): Result | undefined => {
    try {
      return store === undefined ? undefined : act(store);
    } catch {
      return undefined;
    }
  };
  const namesIn = (store: TextStore, beginning: string): string[] =>
    Array.from({ length: store.length }, (_, index) => store.key(index) ?? '')
      .filter((key) => key.startsWith(prefix + beginning))
      .map((key) => key.slice(prefix.length));
  const slot: Slot = {
    get: (name) => attempt((it) => it.getItem(prefix + name)) ?? memory.get(name) ?? null,
    set: (name, value) => {
      const isKept = attempt((it) => {
        it.setItem(prefix + name, value);
        return true;
      });
      if (isKept === true) memory.delete(name);
      else memory.set(name, value);
    },
    remove: (name) => {
      memory.delete(name);
      attempt((it) => it.removeItem(prefix + name));
    },
    list: (beginning) => {
      const names = new Set([
        ...(attempt((it) => namesIn(it, beginning)) ?? []),
        ...[...memory.keys()].filter((name) => name.startsWith(beginning)),
      ]);
      return [...names].flatMap((name) => {
        const value = slot.get(name);
        return value === null ? [] : [{ name, value }];
      });
    },
    clear: () => {
      for (const { name } of slot.list('')) slot.remove(name);
    },
  };
  return slot;
}

/** The name of the slot of an identity: who it is must not be readable in it. */
export function slotOf(identity: string | undefined): string {
  return identity === undefined ? 'visitor' : `person-${shortHash(subjectOf(identity))}`;
}

/** `sub` of a JWT; the whole of it when it cannot be read, so that nobody gets another's slot. */
function subjectOf(jwt: string): string {
  try {
    const payload = atob((jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    const claims: unknown = JSON.parse(payload);
    const isNamed = typeof claims === 'object' && claims !== null && 'sub' in claims;
    return isNamed && typeof claims.sub === 'string' ? claims.sub : jwt;
  } catch {
    return jwt;
  }
}

/** 53 bits of a text (cyrb53): enough to keep the persons of one browser apart. */
function shortHash(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
}
