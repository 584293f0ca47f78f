import { z } from 'zod';
import { weekdays } from '../lib/local-times.ts';

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time such as 18:30');

/**
 * What a customer said of when they want to be met, as a model read it: only what was said, in one form. Nothing is
 * worked out by the model; every field is there, so that it is a strict JSON schema.
 */
export const WishReading = z.strictObject({
  day: z.strictObject({
    kind: z
      .enum(['any', 'today', 'tomorrow', 'day_after_tomorrow', 'weekday', 'date', 'week'])
      .describe('Which of these the customer said; `any` when they named no day'),
    weekday: z.enum(weekdays).nullable().describe('The weekday, if the customer named one'),
    week: z.enum(['this', 'next']).nullable().describe('If the customer said this or next week'),
    date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'is no date such as 2026-12-02')
      .nullable()
      .describe('YYYY-MM-DD, only if the customer named a date themselves. Never work one out'),
  }),
  partOfDay: z.enum(['any', 'morning', 'afternoon', 'evening']),
  from: Time.nullable().describe('HH:MM, not before it; for one exact time the same as `to`'),
  to: Time.nullable().describe('HH:MM, over by then; for one exact time the same as `from`'),
});
export type WishReading = z.infer<typeof WishReading>;
