import { z } from 'zod';
import { OptionalId, OptionalName, OptionalText, ProviderId, present, read } from '../fields.ts';
import type { ChannelAccount, InboundEvent } from '../inbound-event.ts';

const Comment = z.object({
  id: ProviderId,
  from: z.object({
    id: ProviderId,
    username: OptionalName,
    // Only the account's own comments have it.
    self_ig_scoped_id: z.unknown().optional(),
  }),
  text: z.string().catch(''),
  parent_id: OptionalId,
  media: z
    .object({
      id: OptionalId,
      media_product_type: OptionalName,
      ad_id: OptionalId,
      ad_title: OptionalText,
    })
    .catch({ id: undefined, media_product_type: undefined, ad_id: undefined, ad_title: undefined }),
});

/** How long after a comment Instagram takes the one private reply to it. */
const answerableMs = 7 * 24 * 60 * 60 * 1000;

/** A comment below something of the account's; a text instead says why it is not one to answer. */
export function readComment(
  { account, at }: { account: ChannelAccount; at: Date },
  value: unknown,
): InboundEvent | string {
  const reading = read('comment', Comment, value);
  if (!reading.ok) {
    return reading.reason;
  }
  const { id, from, text, parent_id: parentId, media } = reading.value;
  if (from.id === account.accountId || from.self_ig_scoped_id !== undefined) {
    return 'a comment of the business';
  }
  if (media.media_product_type?.toUpperCase() === 'LIVE') {
    return 'a comment on a live broadcast';
  }
  const { id: mediaId, media_product_type: mediaKind, ad_id: adId, ad_title: adTitle } = media;
  const answerableUntil = new Date(at.getTime() + answerableMs);
  return {
    type: 'comment',
    account,
    providerMessageId: id,
    from: {
      addresses: [{ kind: 'instagram_user_id', address: from.id }],
      ...(from.username === undefined ? {} : { username: from.username }),
    },
    content: {
      type: 'text',
      text,
      details: present({
        kind: 'comment',
        commentId: id,
        parentId,
        mediaId,
        mediaKind,
        adId,
        adTitle,
        answerableUntil: answerableUntil.toISOString(),
      }),
      media: [],
    },
    ...(adId === undefined
      ? {}
      : { referral: present({ source_type: 'ad', source_id: adId, headline: adTitle }) }),
    sentAt: at,
  };
}
