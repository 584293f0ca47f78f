import { z } from 'zod';
import { type LinkPurpose, linkPurposes } from '../../accounts/agent-settings.ts';

/** What stands before the purpose in the id of a reply button, or in the payload of a template's button. */
const prefix = 'lnk:';

const Tapped = z.union([
  z.object({ kind: z.enum(['button_reply', 'list_reply']), id: z.string() }),
  z.object({ payload: z.string() }),
]);

/**
 * The purpose that a customer asked for by tapping a button of ours, such as one with the id `lnk:pricing`;
 * undefined for every other message.
 */
export function tappedPurpose(message: {
  type: string;
  details: Record<string, unknown>;
}): LinkPurpose | undefined {
  if (message.type !== 'interactive' && message.type !== 'button') return undefined;
  const read = Tapped.safeParse(message.details);
  if (!read.success) return undefined;
  const id = 'payload' in read.data ? read.data.payload : read.data.id;
  return linkPurposes.find((purpose) => id === `${prefix}${purpose}`);
}
