import { z } from 'zod';
import { cutText } from '../lib/safe-text.ts';

const LAST_SECOND = 253_402_300_799;
const MAX_NAME = 255;

/** A provider's id: 255 characters are what a column holds, and cutting an id would make it another one. */
export const ProviderId = z.string().min(1).max(255);

/** A member that we read if it is what we expect and do without otherwise. */
export const OptionalId = ProviderId.optional().catch(undefined);

export const OptionalText = z.string().optional().catch(undefined);

export const OptionalFlag = z.boolean().optional().catch(undefined);

/** Names are shown to people, so they are cut to what a column holds. */
export const OptionalName = z
  .string()
  .transform((name) => cutText(name, MAX_NAME))
  .optional()
  .catch(undefined);

export const OptionalRecord = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** Seconds since 1970 as a string of digits, up to the year 9999; the documents print some as numbers. */
export const ProviderTime = z.unknown().transform((value, context): Date => {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  if (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds > 0 &&
    seconds <= LAST_SECOND
  ) {
    return new Date(seconds * 1000);
  }
  context.addIssue('no time in seconds');
  return z.NEVER;
});

/** What came of reading a part of a webhook. A reason names the part and never quotes it, so it can label a counter. */
export type Reading<Value> = { ok: true; value: Value } | { ok: false; reason: string };

/** Reads one part by its schema; `what` names the part in the reason. */
export function read<Value>(what: string, schema: z.ZodType<Value>, part: unknown): Reading<Value> {
  const result = schema.safeParse(part);
  if (result.success) {
    return { ok: true, value: result.data };
  }
  const path = result.error.issues[0]?.path.join('.') ?? '';
  return { ok: false, reason: path === '' ? `malformed ${what}` : `malformed ${what}: ${path}` };
}

/** The members that have a value. */
export function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
