import { z } from 'zod';
import { addressesOf, type DownloadLinks } from '../media/download/download-links.ts';
import { Message } from './message.ts';

/** A message with the addresses that its files are fetched by; they work for an hour. */
export const ShownMessage = Message.extend({
  attachments: z.array(
    Message.shape.attachments.element.omit({ hasThumbnail: true }).extend({
      url: z.string().nullable().meta({ description: 'Works for an hour: read it again then' }),
      thumbnailUrl: z.string().nullable(),
    }),
  ),
});
export type ShownMessage = z.infer<typeof ShownMessage>;

/** Gives the files of a tenant's message their addresses. */
export function showMessage(
  links: Pick<DownloadLinks, 'urlOf'>,
  userId: string,
  message: Message,
): ShownMessage {
  return {
    ...message,
    attachments: message.attachments.map(({ hasThumbnail, ...attachment }) => ({
      ...attachment,
      ...addressesOf(links, {
        userId,
        attachmentId: attachment.attachmentId,
        isStored: attachment.status === 'stored',
        hasThumbnail,
      }),
    })),
  };
}
