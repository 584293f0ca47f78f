import { z } from 'zod';
import { type HintDeps, hint } from '../jobs/hint.ts';
import { Id, Text } from '../lib/http/fields.ts';
import { IdempotencyKey } from '../lib/http/idempotency-key.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import { getConversation, listMessages } from './read-conversations.ts';
import { ShownMessage, showMessage } from './shown-message.ts';
import { type WriteMessageDeps, writeMessage } from './write-message.ts';

export type MessageRouteDeps = WriteMessageDeps &
  HintDeps & { publishLook: () => void; downloads: Pick<DownloadLinks, 'urlOf' | 'isReachable'> };

const tag = 'Conversations';
const path = '/conversations/:conversationId/messages';
const params = z.object({ conversationId: Id });
const SequenceNo = z.number().int().min(0).max(2_147_483_647);
const notFound = {
  status: 404,
  code: 'conversation.not_found',
  when: 'there is no such conversation',
};

/** A conversation's messages, and a person's own. */
export function messageRoutes(deps: MessageRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'List messages by their sequence numbers',
      status: 200,
      params,
      query: z.strictObject({
        ...pageFields,
        after: z.coerce.number().pipe(SequenceNo).default(0),
      }),
      answer: pageSchema(ShownMessage),
      problems: [notFound],
      handle: async ({ userId, params: { conversationId }, query: { limit, cursor, after } }) => {
        const from = readCursor(cursor, z.tuple([SequenceNo]))?.[0] ?? after;
        const ref = { userId, conversationId };
        const found = await asTenant(deps.app, userId, async (tx) => {
          await getConversation(tx, ref);
          return await listMessages(tx, { ...ref, after: from, limit: limit + 1 });
        });
        const { data, nextCursor } = toPage(found, limit, ({ sequenceNo }) => [sequenceNo]);
        const show = (message: (typeof data)[number]) =>
          showMessage(deps.downloads, userId, message);
        return { data: data.map(show), nextCursor };
      },
    }),
    writeRoute(deps),
  ];
}

function writeRoute(deps: MessageRouteDeps): Route {
  return tenantRoute({
    method: 'post',
    path,
    tag,
    summary: 'Write to the customer as a person; the AI pauses',
    status: 201,
    params,
    headers: z.object({ 'idempotency-key': IdempotencyKey.optional() }),
    body: z
      .strictObject({
        text: Text({ max: 1_000_000 }).default(''),
        attachmentId: Id.optional().meta({ description: 'Of `POST /attachments`' }),
      })
      .refine(({ text, attachmentId }) => text.trim() !== '' || attachmentId !== undefined, {
        error: 'is empty',
        path: ['text'],
      }),
    answer: ShownMessage,
    problems: [
      notFound,
      { status: 409, code: 'channel.reply_window_closed', when: 'the customer has to write first' },
      { status: 409, code: 'conversation.archived', when: 'the conversation is archived' },
      { status: 409, code: 'idempotency.key_reused', when: 'the key was used for another text' },
      { status: 422, code: 'message.too_long', when: 'the text does not fit one message' },
      { status: 422, code: 'attachment.unknown', when: 'nobody uploaded it, or it was sent' },
      { status: 422, code: 'attachment.not_sendable', when: 'the channel does not take it' },
    ],
    handle: async ({ userId, params: { conversationId }, headers, body }) => {
      const ref = { userId, conversationId };
      const idempotencyKey = headers['idempotency-key'];
      const { message, isNew } = await writeMessage(deps, { ...ref, ...body, idempotencyKey });
      if (isNew) deps.publishLook();
      await hint(deps, 'sends.run', [ref]);
      return showMessage(deps.downloads, userId, message);
    },
  });
}
