import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '../../lib/encryption.ts';
import type { MeetingRef } from '../meeting.ts';

/** Makes and reads the addresses of meetings as calendar files: whoever has one may read that meeting. */
export type IcsLinks = {
  /** Undefined where nobody knows how customers reach us. */
  urlOf(meeting: MeetingRef): string | undefined;
  /** What a token stands for; undefined for one that we did not make. */
  read(token: string): MeetingRef | undefined;
};

const form = /^(usr_[A-Za-z0-9_-]+)\.(mtg_[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** Signs with the installation's key; `base` is where customers reach us. */
export function icsLinks(
  { vault }: { vault: Pick<Vault, 'derive'> },
  base: string | undefined,
): IcsLinks {
  const sign = ({ userId, meetingId }: MeetingRef): string =>
    vault.derive(`calendar file of ${userId} ${meetingId}`);
  return {
    urlOf: ({ userId, meetingId }) =>
      base === undefined
        ? undefined
        : `${base}/meetings/${userId}.${meetingId}.${sign({ userId, meetingId })}.ics`,
    read: (token) => {
      const [, userId, meetingId, signature] = form.exec(token) ?? [];
      if (userId === undefined || meetingId === undefined || signature === undefined)
        return undefined;
      const expected = Buffer.from(sign({ userId, meetingId }));
      return timingSafeEqual(Buffer.from(signature), expected) ? { userId, meetingId } : undefined;
    },
  };
}
