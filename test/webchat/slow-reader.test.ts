import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import type { HearConversation } from '../../src/realtime/conversation-listeners.ts';
import type { Visitor } from '../../src/webchat/find-visitor.ts';
import { createVisitorStreams, type VisitorStreams } from '../../src/webchat/visitor-streams.ts';
import { type EventClient, openEvents } from '../realtime/event-client.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let streams: VisitorStreams;
let server: Server;
let baseUrl = '';
const hearers = new Map<string, HearConversation>();

beforeAll(async () => {
  database = await createTestDatabase();
  streams = createVisitorStreams({
    app: database.pool('rapport_app'),
    feed: {
      listen: async ({ conversationId }, hear) => {
        hearers.set(conversationId, hear);
        return () => hearers.delete(conversationId);
      },
    },
    present: (_visitor, message) => message,
    now: () => new Date(),
    random: () => 0,
    log: silentLog,
  });
  server = createServer((req, res) => {
    streams.follow(visitor(req.headers.authorization?.slice(7) ?? ''), res, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  streams.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await database.drop();
});

const visitor = (address: string): Visitor => ({
  site: {
    userId: 'usr_1',
    phoneNumberId: 'phn_1',
    key: 'key',
    agentId: 'agt_1',
    agentName: 'Agent',
    settings: {},
  },
  claims: { phoneNumberId: 'phn_1', address },
  contactId: undefined,
  conversationId: `cnv_${address}`,
  hasConversation: false,
  lastSequenceNo: 0,
  handledBy: 'ai',
});

const follow = (address: string): Promise<EventClient> => openEvents({ baseUrl, bearer: address });

const write = (address: string, offset: number, text: string): void => {
  const conversationId = `cnv_${address}`;
  const payload = { conversationId, turnId: 'trn_1', seenThrough: 1, text, offset };
  hearers.get(conversationId)?.({ isStored: false, kind: 'delta', payload });
};

describe('a visitor who does not read', () => {
  // Seen failing with the cut taken out of SseConnection: all 40 MB wait for them.
  it('is cut before much waits for them, and delays nobody else', async () => {
    const [slow, other] = [await follow('slow'), await follow('other')];
    await pause(50);
    slow.pause();
    const text = 'x'.repeat(100_000);

    let written = 0;
    for (; streams.openStreamsOf('slow') > 0 && written < 400; written += 1) {
      write('slow', written * text.length, text);
      write('other', written, 'y');
      if (written % 10 === 9) await pause(1);
    }

    expect(streams.openStreamsOf('slow')).toBe(0);
    expect(hearers.has('cnv_slow')).toBe(false);
    // A megabyte here, and what the sockets of both sides take.
    expect(written * text.length).toBeLessThan(10_000_000);
    const heard = await other.until((seen) => seen.length === written);
    expect(heard.map(({ data }) => Object(data)['offset'])).toEqual(
      Array.from({ length: written }, (_, index) => index),
    );
    other.close();
    slow.close();
  });
});
