import { addressesOf, type DownloadLinks } from '../media/download/download-links.ts';
import type { VisitorMessage } from './visitor-message.ts';

/** A message as it goes to its visitor (docs/webchat.md): its files by addresses that work for an hour. */
export function presentMessage(
  downloads: Pick<DownloadLinks, 'urlOf'>,
  userId: string,
  message: VisitorMessage,
) {
  return {
    ...message,
    attachments: message.attachments.map(({ isStored, hasThumbnail, ...file }) => ({
      ...file,
      ...addressesOf(downloads, {
        userId,
        attachmentId: file.attachmentId,
        isStored,
        hasThumbnail,
      }),
    })),
  };
}
