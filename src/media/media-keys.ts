import { BadMediaKey } from './media-errors.ts';

const partPattern = /^[A-Za-z0-9_-]{1,200}$/;

/**
 * Where an attachment is kept: its tenant first, so that a tenant's files can be found, counted and deleted by
 * prefix; then the end of its id, which is random, so that no folder grows without bound.
 */
export function mediaKey(attachment: { userId: string; attachmentId: string }): string {
  const { userId, attachmentId } = attachment;
  return checkedMediaKey(`${userId}/${attachmentId.slice(-2)}/${attachmentId}`);
}

/** Where the small picture of what is kept under a key lies. */
export function thumbnailKey(key: string): string {
  return checkedMediaKey(`${key}-thumbnail`);
}

/** The key if it is one of ours, made of letters, digits, `_` and `-` between slashes; throws BadMediaKey if not. */
export function checkedMediaKey(key: string): string {
  const parts = key.split('/');
  if (parts.length < 2 || !parts.every((part) => partPattern.test(part))) {
    throw new BadMediaKey('a media key has parts of letters, digits, _ and - only');
  }
  return key;
}

/** Every key under which something of an attachment may be kept. */
export function keysOfAttachment(attachment: { userId: string; attachmentId: string }): string[] {
  const key = mediaKey(attachment);
  return [key, thumbnailKey(key)];
}
