import { z } from 'zod';

const Evidence = z.object({
  message: z.string().describe('The id in front of the message, such as m12'),
  quote: z
    .string()
    .describe('A few words of that message, copied exactly, in the language they were written in'),
});

const Graded = z.object({
  grade: z.literal([1, 2, 3]).describe('1 low, 2 medium, 3 high'),
  evidence: z
    .array(Evidence)
    .describe('The words of the customer that this grade rests on; none if nothing was said'),
  missing: z
    .string()
    .nullable()
    .describe('What the customer has not said that would make the grade surer, in English'),
});

const whose = z
  .enum(['customer', 'someone_else'])
  .describe('Whose it is, by what the customer says; someone_else for any other person');

/**
 * What the model is asked to read out of a conversation, as a strict schema. It is what the model says, not
 * what is believed: see verify-reading.ts.
 */
export const Reading = z.object({
  name: z.string().nullable().describe('What the customer is called, if they say so'),
  company: z.string().nullable().describe('The company the customer writes for, if they say so'),
  emails: z.array(z.object({ address: z.string(), whose })),
  phones: z.array(z.object({ number: z.string(), whose })),
  intent: z
    .string()
    .nullable()
    .describe(
      'What the customer wants to get or to do, in one English sentence of at most 20 words',
    ),
  dimensions: z.object({
    intent: Graded.describe(
      'How much the customer wants to buy: 1 looks around, 2 considers, 3 decides',
    ),
    urgency: Graded.describe('How soon: 1 no time named, 2 within months, 3 within days or weeks'),
    budget: Graded.describe(
      'Money: 1 it stands in the way, 2 it is asked about or open, 3 it is there or accepted',
    ),
    fit: Graded.describe(
      'How well the need fits what the business offers: 1 badly, 2 partly, 3 well',
    ),
    engagement: Graded.describe(
      'How much the customer puts in: 1 curt, 2 answers, 3 asks and tells',
    ),
  }),
  promised: z
    .array(
      z.object({
        message: z.string().describe('The id of the message of the business that promises it'),
        text: z.string().describe('What was promised, in at most 15 English words'),
      }),
    )
    .describe('What the business has promised the customer and what is not done yet'),
  demoAt: z
    .object({
      message: z.string().describe('The id of the message that agrees on it'),
      time: z.string().describe('ISO 8601 with its offset, such as 2026-11-24T15:00:00+01:00'),
    })
    .nullable()
    .describe('The time of a demo or meeting that both sides agreed on; null without one'),
  notes: z
    .string()
    .nullable()
    .describe('What else a sales person should know, in at most two English sentences'),
});

export type Reading = z.infer<typeof Reading>;
