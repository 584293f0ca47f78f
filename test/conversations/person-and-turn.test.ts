import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimTurns } from '../../src/agent/claim-turns.ts';
import { type CommittedTurn, commitTurns } from '../../src/agent/commit-turns.ts';
import { handOver } from '../../src/agent/end-turn.ts';
import type { TurnFacts } from '../../src/agent/turn-facts.ts';
import { release, releaseByReason } from '../../src/conversations/release.ts';
import { takeOver } from '../../src/conversations/take-over.ts';
import { type WriteMessageDeps, writeMessage } from '../../src/conversations/write-message.ts';
import { topUp } from '../../src/credits/top-up.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testDownloads } from '../support/test-downloads.ts';

const pace = { burst: 2, intervalMs: 60_000 };
let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let deps: WriteMessageDeps;

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
  tenant = await arrangeTenant(database.owner);
  deps = {
    app,
    newId,
    channelFor: () => scriptedChannel(undefined, pace),
    downloads: testDownloads,
  };
});
afterAll(() => database.drop());

type Ref = { userId: string; conversationId: string };

async function owed(of = tenant): Promise<Ref> {
  const conversationId = await arrangeConversation(database.owner, of, {
    authors: ['customer'],
    owedThrough: 1,
    replyDueMinutes: -1,
  });
  return { userId: of.userId, conversationId };
}

async function claim(conversation: Ref): Promise<TurnFacts | undefined> {
  const turnId = newId('trn');
  return (await claimTurns(app, [{ ...conversation, turnId }], 20_000))[0];
}

async function claimed(conversation: Ref): Promise<TurnFacts> {
  const facts = await claim(conversation);
  if (facts === undefined) throw new Error('the conversation could not be claimed');
  return facts;
}

/** Ends a turn with these texts, as the agent's own worker would. */
async function commit(turn: TurnFacts, texts = ['An answer']): Promise<CommittedTurn | undefined> {
  const committed = await commitTurns(app, [
    {
      turnId: turn.turnId,
      userId: turn.userId,
      conversationId: turn.conversationId,
      seenThrough: 1,
      price: 1,
      pieces: texts.map((text) => ({ messageId: newId('msg'), text })),
      transactionId: newId('crt'),
      usageId: newId('use'),
      responseId: null,
      model: 'test-model',
      promptId: turn.promptId,
      promptVersion: turn.promptVersion,
      usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
      handOver: null,
      quietMs: 0,
      pace,
    },
  ]);
  return committed[0];
}

async function authors({ conversationId }: Ref): Promise<string[]> {
  const { rows } = await database.owner.query(
    'select author from messages where conversation_id = $1 order by sequence_no',
    [conversationId],
  );
  return rows.map(({ author }) => author);
}

const stored = ({ conversationId }: Ref) => storedConversation(database.owner, conversationId);
const give = (conversation: Ref) =>
  asTenant(app, conversation.userId, (tx) => release(tx, conversation));

describe('a person and the AI in one conversation', () => {
  // Seen failing with answered_through and handled_by left out of what writeMessage sets.
  it('has only the person’s answer when the person writes while the AI works', async () => {
    const conversation = await owed();
    const turn = await claimed(conversation);

    await writeMessage(deps, { ...conversation, text: 'I answer this myself.' });
    const committed = await commit(turn);

    expect(committed?.outcome).toBe('lease_lost');
    expect(await authors(conversation)).toEqual(['customer', 'human']);
  });

  // Seen failing with handled_by left out of what takeOver sets.
  it('has no answer of the AI when a person takes it over while the AI works', async () => {
    const conversation = await owed();
    const turn = await claimed(conversation);

    await asTenant(app, tenant.userId, (tx) => takeOver(tx, conversation));

    expect((await commit(turn))?.outcome).toBe('lease_lost');
    expect(await authors(conversation)).toEqual(['customer']);
  });

  it('goes to whoever is first when both end at once, and numbers what is stored without a gap', async () => {
    const rounds = await Promise.all(Array.from({ length: 8 }, () => owed()));
    const turns = await Promise.all(rounds.map(claimed));

    await Promise.all(
      rounds.flatMap((conversation, n) => [
        ...turns.slice(n, n + 1).map((turn) => commit(turn)),
        writeMessage(deps, { ...conversation, text: 'Mine.' }),
      ]),
    );

    for (const conversation of rounds) {
      const said = await authors(conversation);
      expect([
        ['customer', 'human'],
        ['customer', 'ai', 'human'],
      ]).toContainEqual(said);
      expect(await stored(conversation)).toMatchObject({ last_sequence_no: said.length });
    }
  });

  // Seen failing with send_paced_until left out of what writeMessage sets.
  it('shares the provider’s limit for one customer', async () => {
    const conversation = await owed();
    await commit(await claimed(conversation), ['one', 'two']);

    await writeMessage(deps, { ...conversation, text: 'three' });

    const { rows } = await database.owner.query(
      `select extract(epoch from d.next_attempt_at - now())::float8 as seconds
         from message_delivery_status d join messages m using (message_id)
        where d.conversation_id = $1 order by m.sequence_no`,
      [conversation.conversationId],
    );
    const seconds = rows.map((row) => row.seconds);
    expect(seconds.filter((wait) => wait <= 0)).toHaveLength(2);
    expect(seconds[2]).toBeGreaterThan(50);
  });

  it('is not for the AI during a takeover, and is again once the time has passed', async () => {
    const conversation = await owed();
    await asTenant(app, tenant.userId, (tx) => takeOver(tx, conversation));

    const during = await claim(conversation);
    await database.owner.query(
      `update conversations
          set ai_paused_until = now() - interval '1 second', reply_due_at = now() - interval '1 second'
        where conversation_id = $1`,
      [conversation.conversationId],
    );
    const after = await claimed(conversation);

    expect(during).toBeUndefined();
    expect(after).toMatchObject({ handledBy: 'ai', isPaused: false });
    expect((await commit(after))?.outcome).toBe('stored');
  });

  it('is answered by the AI after a release, once', async () => {
    const conversation = await owed();
    await asTenant(app, tenant.userId, (tx) => takeOver(tx, conversation));

    const first = await give(conversation);
    await commit(await claimed(conversation));
    await asTenant(app, tenant.userId, (tx) => takeOver(tx, conversation));
    const second = await give(conversation);

    expect([first.isOwed, second.isOwed]).toEqual([true, false]);
    expect(await authors(conversation)).toEqual(['customer', 'ai']);
  });

  it('lets a turn under way end as it would when it is released in time', async () => {
    const conversation = await owed();
    const turn = await claimed(conversation);
    await asTenant(app, tenant.userId, (tx) => takeOver(tx, conversation));

    await give(conversation);

    expect((await commit(turn))?.outcome).toBe('stored');
    expect(await authors(conversation)).toEqual(['customer', 'ai']);
    expect(await stored(conversation)).toMatchObject({ reply_due_at: null, answered_through: 1 });
  });
});

describe('a top-up', () => {
  // Seen failing with creditsAdded answering nothing.
  it('lets the AI answer what waited for credits, and charges it', async () => {
    const poor = await arrangeTenant(database.owner, { credits: 0 });
    const conversation = await owed(poor);
    const turn = { ...(await claimed(conversation)), creditsPerReply: 1 };
    await handOver({ app, newId }, turn, 'out_of_credits');

    const added = await topUp(
      {
        app,
        newId,
        creditsAdded: (tx, userId) => releaseByReason(tx, { userId, reason: 'out_of_credits' }),
      },
      { userId: poor.userId, credits: 3, description: null, key: 'k' },
    );
    const committed = await commit(await claimed(conversation));

    expect(added).toEqual({ balance: 3, owed: [conversation], isNew: true });
    expect(committed?.outcome).toBe('stored');
    const { rows } = await database.owner.query(
      `select remaining_credits as balance,
              (select sum(t.credits)::int from credit_transactions t where t.user_id = c.user_id) as ledger,
              (select count(*)::int from notices n
                where n.user_id = c.user_id and n.resolved_at is null) as open_notices
         from credits c where user_id = $1`,
      [poor.userId],
    );
    expect(rows).toEqual([{ balance: 2, ledger: 2, open_notices: 0 }]);
  });

  // Seen failing with the look at the locked balance taken out of handOver.
  it('leaves a conversation with the AI when it comes after the turn had looked', async () => {
    const poor = await arrangeTenant(database.owner, { credits: 0 });
    const conversation = await owed(poor);
    const turn = { ...(await claimed(conversation)), creditsPerReply: 1 };
    await topUp(
      { app, newId, creditsAdded: async () => [] },
      { userId: poor.userId, credits: 3, description: null, key: 'late' },
    );

    const isTaken = await handOver({ app, newId }, turn, 'out_of_credits');

    expect(isTaken).toBe(false);
    expect((await commit(await claimed(conversation)))?.outcome).toBe('stored');
  });

  // Seen failing with `for update` taken out of lockBalance, and with the balance to subtract from taken
  // from the row as the statement saw it instead of from the locked one.
  it('keeps the balance the sum of the ledger while replies are charged at the same time', async () => {
    const busy = await arrangeTenant(database.owner, { credits: 5 });
    const conversations = await Promise.all(Array.from({ length: 10 }, () => owed(busy)));
    const turns = await Promise.all(conversations.map(claimed));
    const add = (n: number) =>
      topUp(
        { app, newId, creditsAdded: async () => [] },
        { userId: busy.userId, credits: 2, description: null, key: `k${n}` },
      );

    const [committed] = await Promise.all([
      Promise.all(turns.map((turn) => commit(turn))),
      Promise.all(Array.from({ length: 5 }, (_, n) => add(n))),
    ]);

    const paid = committed.filter((one) => one?.outcome === 'stored').length;
    const { rows } = await database.owner.query(
      `select remaining_credits as balance, total_used as used,
              (select sum(t.credits)::int from credit_transactions t where t.user_id = c.user_id) as ledger
         from credits c where user_id = $1`,
      [busy.userId],
    );
    expect(rows).toEqual([{ balance: 15 - paid, used: paid, ledger: 15 - paid }]);
  });
});
