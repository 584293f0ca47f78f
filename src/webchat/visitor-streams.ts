import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { ConversationNews } from '../realtime/conversation-listeners.ts';
import type { EventFeed } from '../realtime/event-feed.ts';
import { paced } from '../realtime/paced.ts';
import { SseConnection } from '../realtime/sse-connection.ts';
import type { Visitor } from './find-visitor.ts';
import { createOpenStreams, type OpenStreamsOptions } from './open-streams.ts';
import { type VisitorMessage, visitorMessages } from './visitor-message.ts';

export type StreamDeps = OpenStreamsOptions & {
  app: Pool;
  feed: Pick<EventFeed, 'listen'>;
  present: (visitor: Visitor, message: VisitorMessage) => unknown;
  log: Log;
};

/** The visitors who are following their conversation in this process. */
export interface VisitorStreams {
  /** Sends what came after message `after`, and then what happens, until the client goes. */
  follow(visitor: Visitor, response: ServerResponse, after: number): void;
  openStreamsOf(address: string): number;
  /** Ends every stream. */
  close(): void;
}

const pageSize = 100;

/**
 * Follows conversations for visitors. The database has the messages: that there is a new one is only the reason to read
 * on from the last one sent, so none is missed and none sent twice, whatever is told when.
 */
export function createVisitorStreams(deps: StreamDeps): VisitorStreams {
  const open = createOpenStreams(deps);
  return {
    follow(visitor, response, after) {
      const connection = new SseConnection(response);
      open.add(visitor.claims.address, connection);
      followConversation(deps, { visitor, connection, after }).catch((error: unknown) => {
        deps.log.warn('a visitor cannot follow their conversation', { error: errorText(error) });
        connection.end();
      });
    },
    openStreamsOf: open.countOf,
    close: open.close,
  };
}

async function followConversation(
  deps: StreamDeps,
  { visitor, connection, after }: { visitor: Visitor; connection: SseConnection; after: number },
): Promise<void> {
  const { conversationId, site } = visitor;
  const reading = readOn(deps, { visitor, connection, after });
  const stop = await deps.feed.listen({ userId: site.userId, conversationId }, (news) => {
    if (news.kind === 'message') reading.ask();
    else if (!isLate(news, reading.lastAnswer())) tell(connection, news);
  });
  connection.onClose(() => {
    stop();
    void reading.close();
  });
  if (!connection.isOpen) stop();
  reading.ask();
}

function readOn(
  { app, present, log }: StreamDeps,
  { visitor, connection, after }: { visitor: Visitor; connection: SseConnection; after: number },
) {
  let last = after;
  let lastAnswer = 0;
  const { userId } = visitor.site;
  const { conversationId } = visitor;
  const reading = paced({
    gapMs: 10,
    work: async () => {
      if (!connection.isOpen) return;
      try {
        const page = { userId, conversationId, after: last, limit: pageSize };
        const messages = await visitorMessages(app, page);
        for (const message of messages) {
          await connection.hasRoom();
          last = message.sequenceNo;
          if (message.author === 'ai') lastAnswer = last;
          const data = JSON.stringify(present(visitor, message));
          connection.send({ id: String(last), event: 'message', data });
        }
        if (messages.length === pageSize) reading.ask();
      } catch (error) {
        // The client comes back and reads on from what it has.
        log.warn('messages of a visitor not read', { error: errorText(error) });
        connection.end();
      }
    },
  });
  return { ask: reading.ask, close: reading.close, lastAnswer: () => lastAnswer };
}

/** Whether the answer that a piece belongs to was sent whole before it: the two come from its process by different ways. */
function isLate(news: ConversationNews, lastAnswer: number): boolean {
  return !news.isStored && news.kind === 'delta' && news.payload.seenThrough < lastAnswer;
}

/** What a visitor is told of each kind of event. */
const statusSchemas = new Map<string, z.ZodType>([
  ['status', z.object({ messageId: z.string(), deliveryStatus: z.string() })],
  ['conversation', z.object({ handledBy: z.enum(['ai', 'human']) })],
]);

const erasedSchema = z.object({
  kind: z.literal('contact'),
  payload: z.object({ isErased: z.literal(true) }),
});

/** Tells a visitor what concerns them. */
function tell(connection: SseConnection, news: ConversationNews): void {
  if (!news.isStored) {
    tellTransient(connection, news);
    return;
  }
  if (erasedSchema.safeParse(news).success) {
    // What the visitor writes from now on is another conversation, which their page asks for.
    connection.end();
    return;
  }
  const data = statusSchemas.get(news.kind)?.safeParse(news.payload).data;
  if (data !== undefined) connection.send({ event: 'status', data: JSON.stringify(data) });
}

function tellTransient(
  connection: SseConnection,
  news: Extract<ConversationNews, { isStored: false }>,
): void {
  if (news.kind === 'delta') {
    const { turnId, text, offset } = news.payload;
    connection.send({ event: 'delta', data: JSON.stringify({ turnId, text, offset }) });
    return;
  }
  const { author = 'ai' } = news.payload;
  if (author === 'customer') return;
  connection.send({ event: 'typing', data: JSON.stringify({ author }) });
}
