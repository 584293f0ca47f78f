import { z } from 'zod';

/** What somebody with ten seconds reads of a lead; stored with the notification when it is planned. */
export const NotificationContent = z.object({
  conversationId: z.string().nullable(),
  /** Why this is told, such as `Turned Hot` or `Asked for a person`. */
  because: z.string(),
  who: z.object({
    name: z.string().nullable(),
    company: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    platform: z.string(),
    agentName: z.string(),
  }),
  /** What the customer wants, in one short sentence. */
  wants: z.string().nullable(),
  score: z
    .object({
      tag: z.enum(['Hot', 'Warm', 'Cold']),
      total: z.number(),
      percent: z.number(),
    })
    .nullable(),
  /** The customer's own words that speak for it, newest first, at most three. */
  whyNow: z.array(z.string()),
  /** What the business has promised the customer, at most three. */
  promised: z.array(z.string()),
});

export type NotificationContent = z.infer<typeof NotificationContent>;
