const YEAR_2001_MS = 1_000_000_000_000;
const LAST_MS = 253_402_300_799_999;

/**
 * The time of an event: Instagram writes milliseconds, its test button seconds, and old events a date; undefined for
 * anything else.
 */
export function readTime(value: unknown): Date | undefined {
  const text = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof text === 'number') {
    const ms = text < YEAR_2001_MS ? text * 1000 : text;
    return Number.isFinite(ms) && ms > 0 && ms <= LAST_MS ? new Date(Math.floor(ms)) : undefined;
  }
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(text)) {
    return undefined;
  }
  const at = Date.parse(text);
  return at > 0 && at <= LAST_MS ? new Date(at) : undefined;
}
