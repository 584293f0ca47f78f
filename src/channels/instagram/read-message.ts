import { z } from 'zod';
import { OptionalFlag, OptionalId, OptionalRecord, ProviderId, present, read } from '../fields.ts';
import type { InboundEvent, MediaReference, MessageContent } from '../inbound-event.ts';
import { type EventContext, unknownEvent } from './event-context.ts';
import { readAttachments } from './read-attachments.ts';

const Message = z.object({
  mid: ProviderId,
  text: z.string().catch(''),
  attachments: z.array(z.unknown()).catch([]),
  quick_reply: z.object({ payload: z.string() }).optional().catch(undefined),
  reply_to: z.object({ mid: OptionalId, story: OptionalRecord }).optional().catch(undefined),
  referral: OptionalRecord,
  is_deleted: OptionalFlag,
  is_self: OptionalFlag,
  is_unsupported: OptionalFlag,
});

type Message = z.infer<typeof Message>;

/** What was said, or taken back, by the customer or by the business in Instagram's app. */
export function readMessage(context: EventContext): InboundEvent[] {
  const reading = read('message', Message, context.event['message']);
  if (!reading.ok) {
    return [unknownEvent(context, reading.reason)];
  }
  const message = reading.value;
  if (message.is_self === true) {
    return [unknownEvent(context, 'the account writes to itself')];
  }
  const { account, customer, at: sentAt, isOurs } = context;
  if (message.is_deleted === true) {
    return isOurs
      ? [unknownEvent(context, 'the business took a message back')]
      : [
          {
            type: 'revoke',
            account,
            providerMessageId: message.mid,
            from: { addresses: [customer] },
            targetProviderMessageId: message.mid,
            sentAt,
          },
        ];
  }
  const content = contentOf(message);
  if (content === undefined) {
    return [unknownEvent(context, 'message without anything known in it')];
  }
  if (isOurs) {
    const to = { addresses: [customer] } satisfies { addresses: [typeof customer] };
    return [
      {
        type: 'echo',
        mayBeOurs: true,
        account,
        providerMessageId: message.mid,
        to,
        content,
        sentAt,
      },
    ];
  }
  return [received(context, message, content)];
}

function received(
  { account, customer, at: sentAt, isStandby }: EventContext,
  message: Message,
  content: MessageContent,
): InboundEvent {
  const replyTo = message.reply_to?.mid;
  return {
    type: 'message',
    account,
    providerMessageId: message.mid,
    from: { addresses: [customer] },
    content: isStandby ? { ...content, details: { ...content.details, isStandby } } : content,
    // The app that has the conversation answers.
    expectsReply: !isStandby,
    ...(replyTo === undefined ? {} : { replyToProviderMessageId: replyTo }),
    ...(message.referral === undefined ? {} : { referral: message.referral }),
    sentAt,
  };
}

function contentOf(message: Message): MessageContent | undefined {
  const { text, attachments, quick_reply: quickReply, reply_to: replyTo } = message;
  const story = replyTo?.story;
  if (message.is_unsupported === true) {
    return { type: 'unsupported', text, details: {}, media: [] };
  }
  if (quickReply !== undefined) {
    const details = { kind: 'button_reply', id: quickReply.payload, title: text };
    return { type: 'interactive', text, details, media: [] };
  }
  if (attachments.length > 0) {
    const content = readAttachments(text, attachments);
    const media = [...content.media, ...storyMedia(story)];
    return { ...content, details: { ...content.details, ...present({ story }) }, media };
  }
  if (text === '' && story === undefined) {
    return undefined;
  }
  return { type: 'text', text, details: present({ story }), media: storyMedia(story) };
}

/** What the story shows that a customer writes about: "how much is this?" means nothing without it. */
function storyMedia(story: Record<string, unknown> | undefined): MediaReference[] {
  const url = story?.['url'];
  return typeof url === 'string' && url !== '' ? [{ kind: 'image', url }] : [];
}
