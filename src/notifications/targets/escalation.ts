import { z } from 'zod';
import { Id } from '../../lib/http/fields.ts';

/** Whom to tell when nobody has opened a notification so many minutes after it was sent. */
export const Escalation = z.strictObject({
  afterMinutes: z.number().int().min(1).max(10_080),
  toTargetId: Id,
});

export type Escalation = z.infer<typeof Escalation>;
