import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventClient, WireEvent } from '../realtime/event-client.ts';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectCharges, expectStoredOnce } from '../support/expect-settled.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { openVisitor } from '../support/webchat-visitor.ts';

let stage: Stage;
let server: RapportProcess;
let tenant: Tenant;

beforeAll(async () => {
  stage = await openStage();
  // Slow enough to do something in the middle of an answer, also on a machine that is busy with other tests.
  stage.simulators.configure({ streamDeltaMs: 200 });
  server = await stage.start('server');
});
afterAll(() => stage.close());
beforeEach(async () => {
  tenant = await stage.tenant({ platform: 'webchat', settings: { quietMs: 50 } });
});

const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen';

const ofKind = (events: WireEvent[], kind: string): Record<string, unknown>[] =>
  events.filter(({ event }) => event === kind).map(({ data }) => Object(data));

const answersIn = (events: WireEvent[]) =>
  ofKind(events, 'message').filter(({ author }) => author === 'ai');

/** What a page shows of the answer that is being written. */
function draftOf(events: WireEvent[]): string {
  return ofKind(events, 'delta').reduce((draft, { text, offset }) => {
    if (offset === 0) return String(text);
    return offset === draft.length ? draft + String(text) : draft;
  }, '');
}

async function untilHalfWritten(events: EventClient): Promise<void> {
  await events.until((seen) => draftOf(seen).includes('three'));
}

describe('an answer that is being written in the web chat', () => {
  it('is streamed from a worker to whichever server the visitor is at', async () => {
    const worker = await stage.start('worker');
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write(words);

    await untilHalfWritten(events);
    const heard = await events.until((seen) => answersIn(seen).length > 0);

    expect(draftOf(heard)).toBe(answersIn(heard)[0]?.['text']);
    events.close();
    await worker.stop();
  });

  it('is begun anew by another worker when its own dies, and is stored and charged once', async () => {
    const [first] = [await stage.start('worker')];
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write(words);
    await untilHalfWritten(events);

    await first.kill();
    const second = await stage.start('worker');
    const heard = await events.until((seen) => answersIn(seen).length > 0);

    expect(ofKind(heard, 'delta').filter(({ offset }) => offset === 0)).toHaveLength(2);
    expect(draftOf(heard)).toBe(answersIn(heard)[0]?.['text']);
    await expectStoredOnce(stage, tenant);
    await expectCharges(stage.owner, tenant, 0);
    events.close();
    await second.stop();
  });

  it('reaches a visitor whose server died in the middle of it, once they are back', async () => {
    const worker = await stage.start('worker');
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write(words);
    await untilHalfWritten(events);

    await server.kill();
    await events.ended;
    server = await stage.start('server');
    const back = await visitor.events(Number(events.lastEventId()));
    const heard = await back.until((seen) => answersIn(seen).length > 0);

    expect(ofKind(heard, 'message').map(({ sequenceNo }) => sequenceNo)).toEqual([2]);
    expect((await visitor.messages()).map(({ sequenceNo }) => sequenceNo)).toEqual([1, 2]);
    back.close();
    await worker.stop();
  });

  it('is given up for one that answers both, when the visitor writes meanwhile', async () => {
    const worker = await stage.start('worker');
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write(words);
    await untilHalfWritten(events);

    await visitor.write('and a second thing');
    const heard = await events.until((seen) => answersIn(seen).length > 0);

    expect(answersIn(heard)).toHaveLength(1);
    expect(String(answersIn(heard)[0]?.['text'])).toContain('and a second thing');
    expect(draftOf(heard)).toBe(answersIn(heard)[0]?.['text']);
    events.close();
    await worker.stop();
  });

  it('is shown no further once a person has taken over', async () => {
    const worker = await stage.start('worker');
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write(words);
    await untilHalfWritten(events);

    const taken = await fetch(
      new URL(
        `/api/v1/conversations/${visitor.conversationId}/takeover?userId=${tenant.userId}`,
        stage.webhookUrl,
      ),
      { method: 'POST', headers: { authorization: 'Bearer an-admin-key-of-tests' } },
    );
    expect(taken.status).toBe(200);
    await events.until((seen) =>
      ofKind(seen, 'status').some(({ handledBy }) => handledBy === 'human'),
    );

    await eventually('the turn is over', async () => {
      const { rows } = await stage.owner.query(
        'select turn_id from conversations where user_id = $1',
        [tenant.userId],
      );
      return rows[0]?.turn_id === null;
    });
    expect(answersIn(events.events)).toEqual([]);
    events.close();
    await worker.stop();
  });
});
