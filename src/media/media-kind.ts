import { z } from 'zod';

/** What a file is to those who talk: the kinds of `attachments.kind`. */
export const MediaKind = z.enum(['image', 'video', 'audio', 'document', 'sticker']);
export type MediaKind = z.infer<typeof MediaKind>;
