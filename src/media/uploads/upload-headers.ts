import { z } from 'zod';
import { cutText, safeText } from '../../lib/safe-text.ts';

/** What the headers of an upload say of the file. */
export const UploadHeaders = z.object({
  'content-type': z.string().max(255).optional().meta({ description: 'The type of the file' }),
  'x-filename': z
    .string()
    .max(2_000)
    .optional()
    .meta({ description: 'Percent-encoded UTF-8, because a header is ASCII' }),
  'x-voice-note': z.enum(['true', 'false']).optional(),
});

/** The same in our words; of a path, its end. */
export function claimsOf(headers: z.infer<typeof UploadHeaders>) {
  const name = decoded(headers['x-filename'] ?? '');
  const filename = cutText(safeText(name.split(/[\\/]/).at(-1) ?? ''), 255).trim();
  return {
    mimeType: headers['content-type'],
    filename: filename === '' ? undefined : filename,
    isVoiceNote: headers['x-voice-note'] === 'true',
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
