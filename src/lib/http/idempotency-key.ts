import { z } from 'zod';

/** A client's own key for one creation: the same key again does not create again. */
export const IdempotencyKey = z
  .string('is required: a key of your own, so that sending this again does not do it again')
  .regex(/^[\x21-\x7e]{1,200}$/, 'has 1 to 200 visible ASCII characters');
