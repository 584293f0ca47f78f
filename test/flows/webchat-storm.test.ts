import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../support/arrange.ts';
import { eventually } from '../support/eventually.ts';
import { expectCharges, expectStoredOnce, untilNothingIsOwed } from '../support/expect-settled.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { openVisitor, type VisitorClient } from '../support/webchat-visitor.ts';

let stage: Stage;
let server: RapportProcess;
let followers: Follower[] = [];

beforeAll(async () => {
  stage = await openStage();
  stage.simulators.configure({ streamDeltaMs: 5 });
  server = await stage.start('server');
  await stage.start('worker');
});
afterAll(async () => {
  for (const follower of followers) follower.stop();
  await stage.close();
});

const visitors = 20;
const messagesEach = 4;

/** As a page does on a bad line: tries again until it is answered, sometimes twice at once. */
async function writeStubbornly(visitor: VisitorClient, text: string, id: string): Promise<void> {
  await eventually(
    `"${text}" is stored`,
    async () => {
      const twice = await Promise.allSettled([visitor.write(text, id), visitor.write(text, id)]);
      return twice.some((one) => one.status === 'fulfilled' && one.value.status === 201);
    },
    { withinMs: 20_000, everyMs: 50 },
  );
}

type Follower = { numbers: number[]; stop(): void };

/** Follows until told to stop, and comes back after what it has whenever the line is cut. */
function followStubbornly(visitor: VisitorClient): Follower {
  const numbers: number[] = [];
  let isOver = false;
  void (async () => {
    while (!isOver) {
      const events = await visitor.events(numbers.at(-1) ?? 0).catch(() => undefined);
      if (events === undefined) {
        await pause(50);
        continue;
      }
      // Cut where it hurts: while answers are being written.
      const cutAfterMs = 100 + Math.random() * 700;
      await Promise.race([events.ended, pause(cutAfterMs)]);
      events.close();
      await events.ended;
      numbers.push(
        ...events.events.filter(({ event }) => event === 'message').map(({ id }) => Number(id)),
      );
    }
  })();
  return {
    numbers,
    stop: () => {
      isOver = true;
    },
  };
}

describe('visitors on bad lines, whose server dies', () => {
  // Seen failing with the stream reading from the last message of the conversation in place of the one asked for.
  it('each get every message once and in order, and each of theirs is stored and answered once', async () => {
    const tenant: Tenant = await stage.tenant({
      platform: 'webchat',
      settings: { quietMs: 50 },
      credits: 10_000,
    });
    const clients = await Promise.all(
      Array.from({ length: visitors }, () => openVisitor(stage, tenant)),
    );
    followers = clients.map(followStubbornly);

    const writing = clients.map(async (visitor, who) => {
      for (let count = 1; count <= messagesEach; count += 1) {
        await writeStubbornly(visitor, `visitor ${who} says ${count}`, `v${who}-${count}`);
        await pause(Math.random() * 400);
      }
    });
    await pause(700);
    await server.kill();
    server = await stage.start('server');
    await Promise.all(writing);
    await untilNothingIsOwed(stage, tenant, 30_000, visitors * messagesEach);

    for (const [who, visitor] of clients.entries()) {
      const messages = await visitor.messages('?limit=200');
      const own = messages.filter(({ sender }) => sender === 'visitor');
      expect(own.map(({ text }) => text)).toEqual(
        Array.from({ length: messagesEach }, (_, index) => `visitor ${who} says ${index + 1}`),
      );
      const answered = messages
        .filter(({ author }) => author === 'ai')
        .map(({ text }) => String(text))
        .join('\n');
      for (const { text } of own) expect(answered.split(`"${text}"`)).toHaveLength(2);
      const follower = followers[who];
      await eventually('the visitor has been told of all', () => {
        return follower !== undefined && (follower.numbers.at(-1) ?? 0) >= messages.length;
      });
      expect(follower?.numbers).toEqual(messages.map(({ sequenceNo }) => sequenceNo));
    }
    await expectStoredOnce(stage, tenant);
    await expectCharges(stage.owner, tenant, 0);
  }, 90_000);
});
