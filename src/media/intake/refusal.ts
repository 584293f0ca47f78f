import { z } from 'zod';

/** Why a file is not taken in; the values of `attachments.refusal`. */
export const Refusal = z.enum([
  'empty',
  'too_large',
  'not_what_it_claims',
  'type_not_allowed',
  'unreadable',
  'infected',
]);
export type Refusal = z.infer<typeof Refusal>;
