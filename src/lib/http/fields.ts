import { z } from 'zod';
import { safeText } from '../safe-text.ts';

/** An id of ours in a path, a query or a body; whether it exists is another question. */
export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,50}$/, 'is no id');

/** Text of a person, made storable: NUL goes, lone surrogates become U+FFFD. */
export function Text(options: { min?: number; max: number }) {
  return z
    .string()
    .overwrite(safeText)
    .min(options.min ?? 0)
    .max(options.max);
}

/** A name: text of one line with something in it. */
export function Name(max = 255) {
  return z.string().overwrite(safeText).trim().min(1).max(max);
}

/** A time as the API shows it: ISO 8601 in UTC, from a database's Date or from such a text. */
export const Timestamp = z
  .preprocess((value) => (value instanceof Date ? value.toISOString() : value), z.string())
  .meta({ format: 'date-time', examples: ['2026-11-21T08:30:00.000Z'] });

/** A true or false in a query string. */
export const QueryFlag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A moment in a query string: ISO 8601 with its zone, or a day, which begins at midnight UTC. */
export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text));
