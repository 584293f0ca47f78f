const MAX_DEPTH = 64;
const TOO_DEEP = '[deeper than 64 levels]';

/**
 * The text as Postgres can hold it, in `text` and in `jsonb`: NUL is removed and a lone surrogate becomes U+FFFD.
 * Everything else stays, direction marks too, at any length.
 */
export function safeText(value: string): string {
  const withoutNul = value.includes('\0') ? value.replaceAll('\0', '') : value;
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed();
}

/**
 * A JSON value with every string and every key made safe; the very same value if it already was. What lies deeper
 * than 64 levels becomes a remark, because JSON.stringify and Postgres walk a value recursively. What JSON cannot
 * say becomes null. Of two keys that become equal the later one stays.
 */
export function safeJson(value: unknown): unknown {
  // Nearly every webhook is safe as it came, and this runs for each of them: look first, copy only if need be.
  return isSafe(value, 0) ? value : madeSafe(value, 0);
}

/** The text cut to so many code points, never inside a surrogate pair. */
export function cutText(value: string, maxCodePoints: number): string {
  if (value.length <= maxCodePoints) {
    return value;
  }
  let end = 0;
  for (let taken = 0; taken < maxCodePoints && end < value.length; taken++) {
    end += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return value.slice(0, end);
}

function isSafe(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      return !value.includes('\0') && value.isWellFormed();
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (depth < MAX_DEPTH && areMembersSafe(value, depth + 1));
    default:
      return false;
  }
}

function areMembersSafe(members: object, depth: number): boolean {
  if (Array.isArray(members)) {
    return members.every((item) => isSafe(item, depth));
  }
  for (const [key, value] of Object.entries(members)) {
    if (!isSafe(key, depth) || !isSafe(value, depth)) {
      return false;
    }
  }
  return true;
}

function madeSafe(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return safeText(value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      if (value === null) {
        return null;
      }
      return depth < MAX_DEPTH ? membersMadeSafe(value, depth + 1) : TOO_DEEP;
    default:
      return null;
  }
}

function membersMadeSafe(members: object, depth: number): object {
  if (Array.isArray(members)) {
    return Array.from(members, (item) => madeSafe(item, depth));
  }
  // fromEntries defines a key such as __proto__ where an assignment would set the prototype.
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [safeText(key), madeSafe(value, depth)]),
  );
}
