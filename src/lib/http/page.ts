import { z } from 'zod';
import { InvalidRequest } from './http-errors.ts';

/** The query fields of every list. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'The nextCursor of the page before' }),
};

/** The query of a list that has no filters. */
export const PageQuery = z.strictObject(pageFields);

/** A page of a list; `nextCursor` is null on the last one. */
export type Page<Item> = { data: Item[]; nextCursor: string | null };

export function pageSchema<Item>(item: z.ZodType<Item>) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** Where a page begins: the keys of the last row of the page before. Throws InvalidRequest for a cursor that is none of ours. */
export function readCursor<Keys>(
  cursor: string | undefined,
  keys: z.ZodType<Keys>,
): Keys | undefined {
  if (cursor === undefined) return undefined;
  const read = keys.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (read.success) return read.data;
  throw new InvalidRequest([
    { in: 'query', field: 'cursor', message: 'is no cursor that a page of this list gave' },
  ]);
}

/** Makes a page of rows that were read with `limit + 1`: the one too many says that there is a next page. */
export function toPage<Item>(
  found: Item[],
  limit: number,
  keysOf: (item: Item) => (string | number)[],
): Page<Item> {
  const data = found.slice(0, limit);
  const last = data.at(-1);
  if (found.length <= limit || last === undefined) return { data, nextCursor: null };
  return { data, nextCursor: Buffer.from(JSON.stringify(keysOf(last))).toString('base64url') };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
