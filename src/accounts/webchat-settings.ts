import { z } from 'zod';
import { Name, Text } from '../lib/http/fields.ts';

/** The origin of a page: a scheme and a host, such as `https://casaverde.example`, and nothing after it. */
const Origin = z
  .url({ protocol: /^https?$/ })
  .max(255)
  .overwrite((text) => text.toLowerCase())
  .refine(isOrigin, 'must be an origin, without a path');

const Field = z.strictObject({
  name: z.enum(['name', 'email', 'phone', 'company']),
  required: z.boolean(),
});

/** What a tenant may set for the chat on its pages; all of it optional. */
export const WebchatSettings = z.strictObject({
  /** The pages that may use it; without it, any. */
  allowedOrigins: z.array(Origin).max(50).optional(),
  title: Name(60).optional(),
  /** The first words, shown before anybody has written; not a message. */
  greeting: Text({ max: 1_000 }).trim().min(1).optional(),
  quickReplies: z.array(Name(60)).max(6).optional(),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'looks like #1a7f64')
    .optional(),
  position: z.enum(['left', 'right']).optional(),
  /** Of the chat's own texts, as BCP 47 has it. */
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'looks like pt or pt-BR')
    .optional(),
  preChat: z
    .strictObject({ fields: z.array(Field).min(1).max(4), note: Text({ max: 500 }).optional() })
    .optional(),
  attachments: z.boolean().optional(),
});

export type WebchatSettings = z.infer<typeof WebchatSettings>;

/** Also of what is no address at all: every check of a field runs. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
