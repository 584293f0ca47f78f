import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ClaimedExtraction,
  claimExtractions,
} from '../../src/leads/extraction/claim-extractions.ts';
import { defaultLeadSettings } from '../../src/leads/lead-settings.ts';
import { lockLead, storeLead } from '../../src/leads/store-lead.ts';
import { newId } from '../../src/lib/ids.ts';
import { asTenant } from '../../src/lib/tenant.ts';
import { ModelAborted, ModelQuotaExhausted, ModelUnavailable } from '../../src/llm/model-errors.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { arrangeTalk, type LeadReader, leadReader, leadRows, says } from './lead-reader.ts';
import { readingOf } from './readings.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await arrangeTenant(database.owner);
});
afterAll(() => database.drop());

const hot = (message = 'm1', quotes = ['order 40 chairs', 'this week', 'budget is approved']) =>
  readingOf(
    {
      intent: [3, { message, quote: quotes[0] ?? '' }],
      urgency: [3, { message, quote: quotes[1] ?? '' }],
      budget: [3, { message, quote: quotes[2] ?? '' }],
      fit: [3, { message, quote: quotes[0] ?? '' }],
    },
    { intent: 'Wants 40 chairs' },
  );
const hotWords = 'We want to order 40 chairs this week, the budget is approved';

async function talk(...texts: string[]): Promise<{ conversationId: string; reader: LeadReader }> {
  const conversationId = await arrangeTalk(database.owner, tenant, texts);
  return { conversationId, reader: leadReader(database, tenant, conversationId) };
}

const eventsOf = async (conversationId: string) => {
  const { rows } = await database.owner.query(
    `select kind, details from lead_events where conversation_id = $1 order by lead_event_id`,
    [conversationId],
  );
  return rows;
};

describe('a first reading', () => {
  it('stores one latest row with its evidence, its usage and the event of its tag', async () => {
    const { conversationId, reader } = await talk(hotWords);

    const ended = await reader.read(hot());

    expect(ended).toMatchObject({ end: 'stored', leadStatusTag: 'Hot' });
    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { is_latest: true, total_score: 13, lead_status_tag: 'Hot', prompt_version: 'leads-2' },
    ]);
    expect(await eventsOf(conversationId)).toEqual([
      { kind: 'tag', details: { from: null, to: 'Hot', total: 13 } },
    ]);
    const usage = await database.owner.query(
      `select purpose, input_tokens from model_usage where conversation_id = $1`,
      [conversationId],
    );
    expect(usage.rows).toEqual([{ purpose: 'extraction', input_tokens: 100 }]);
  });

  it('is given the agent’s instructions and nothing of another conversation', async () => {
    await talk('a secret of another customer');
    const { reader } = await talk('Only this');

    await reader.read(readingOf({}));

    const [request] = reader.requests;
    expect(request?.instructions).toContain('Answer kindly.');
    expect(JSON.stringify(request?.messages)).toContain('Only this');
    expect(JSON.stringify(request?.messages)).not.toContain('a secret');
  });
});

describe('a further reading', () => {
  it('is given what was understood, and what is new', async () => {
    const { conversationId, reader } = await talk(hotWords);
    await reader.read(hot());
    await says(database.owner, tenant, conversationId, 'My company is Casa Verde');

    await reader.read(readingOf({}, { company: 'Casa Verde' }));

    const document = reader.documents.at(-1);
    expect(document?.last?.dimensions['intent']).toMatchObject({
      grade: 3,
      evidence: [{ message: 'm1', quote: 'order 40 chairs' }],
    });
    expect(document?.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { is_latest: false, search_text: null },
      { is_latest: true, total_score: 13, company: 'Casa Verde', changes: { company: {} } },
    ]);
  });

  // Seen failing with the check of news taken out of runExtraction.
  it('does not ask the model when nothing new was said', async () => {
    const { conversationId, reader } = await talk(hotWords);
    await reader.read(hot());
    await database.owner.query(
      `update conversations set extraction_due_at = now(), extraction_is_urgent = true where conversation_id = $1`,
      [conversationId],
    );

    const ended = await reader.read(hot());

    expect([ended?.end, reader.requests.length]).toEqual(['nothing_new', 1]);
    expect(await leadRows(database.owner, conversationId)).toHaveLength(1);
  });

  it('lays a click over what is known without asking the model', async () => {
    const { conversationId, reader } = await talk(hotWords);
    await reader.read(hot());
    await database.owner.query(
      `insert into link_clicks
         (link_click_id, user_id, conversation_id, purpose, kind, message_id, is_counted)
       select $1, user_id, conversation_id, 'pricing', 'button', message_id, true
         from messages where conversation_id = $2 limit 1`,
      [newId('clk'), conversationId],
    );
    await database.owner.query(
      `update conversations set extraction_due_at = now(), extraction_is_urgent = true where conversation_id = $1`,
      [conversationId],
    );

    await reader.read(hot());

    expect(reader.requests).toHaveLength(1);
    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { source: 'model' },
      { source: 'fact', cta_pricing_clicked: 'Yes', is_latest: true, total_score: 13 },
    ]);
  });

  // Seen failing with `setByHand` of the latest row left out of what runExtraction stores.
  it('never overwrites a person’s word', async () => {
    const { conversationId, reader } = await talk(`I am Ana. ${hotWords}`);
    await reader.read({ ...hot(), name: 'Ana' });
    const ref = { userId: tenant.userId, conversationId };
    await asTenant(database.pool('rapport_app'), tenant.userId, async (tx) => {
      const latest = await lockLead(tx, ref);
      if (latest === undefined) throw new Error('no lead');
      const setByHand = { name: { value: 'Ana López', setAt: '2026-11-21T10:00:00Z' } };
      const row = { ...ref, ...latest, extractionId: newId('ext'), source: 'person' as const };
      await storeLead(
        tx,
        { ...row, setByHand, scoring: defaultLeadSettings, costUsd: null },
        latest,
      );
    });
    await says(database.owner, tenant, conversationId, 'Please call me Anita');

    await reader.read({ ...hot(), name: 'Anita' });

    const rows = await leadRows(database.owner, conversationId);
    expect(rows.map(({ name, source }) => [name, source])).toEqual([
      ['Ana', 'model'],
      ['Ana López', 'person'],
      ['Ana López', 'model'],
    ]);
  });
});

describe('two workers', () => {
  // Seen failing with the lease taken out of the claim's condition.
  it('cannot hold the same conversation', async () => {
    const { reader } = await talk(hotWords);

    const claims = await Promise.all(Array.from({ length: 8 }, () => reader.claim()));

    expect(claims.flat()).toHaveLength(1);
  });

  // Seen failing with `extraction_lease_id = $3` taken out of endExtraction.
  it('store one row when the lease of the first one ended meanwhile', async () => {
    const { conversationId, reader } = await talk(hotWords);
    const [first] = await reader.claim();
    const ends: string[] = [];
    const whileTheFirstWaits = async () => {
      await database.owner.query(
        `update conversations set extraction_lease_until = now() - interval '1 s' where conversation_id = $1`,
        [conversationId],
      );
      ends.push((await reader.read(hot()))?.end ?? 'nothing');
      return hot();
    };

    ends.push((await reader.run(first, whileTheFirstWaits)).end);

    expect(ends).toEqual(['stored', 'lost']);
    expect(await leadRows(database.owner, conversationId)).toHaveLength(1);
    expect(await eventsOf(conversationId)).toHaveLength(1);
  });
});

describe('claimExtractions', () => {
  const claim = (conversationId: string, idleMs: number): Promise<ClaimedExtraction[]> =>
    claimExtractions(
      database.pool('rapport_app'),
      [{ userId: tenant.userId, conversationId, leaseId: newId('wrk') }],
      { idleMs, leaseMs: 60_000 },
    );
  const dueInSeconds = async (conversationId: string): Promise<number> => {
    const { rows } = await database.owner.query(
      `select extract(epoch from extraction_due_at - now())::float8 as seconds
         from conversations where conversation_id = $1`,
      [conversationId],
    );
    return rows[0].seconds;
  };

  // Seen failing with `is_ready` always true.
  it('puts a conversation off until it has rested', async () => {
    const { conversationId } = await talk('Hi');

    expect(await claim(conversationId, 60_000)).toEqual([]);
    expect(await dueInSeconds(conversationId)).toBeGreaterThan(55);
  });

  it('takes one that is urgent at once', async () => {
    const { conversationId } = await talk('Hi');
    await database.owner.query(
      'update conversations set extraction_is_urgent = true where conversation_id = $1',
      [conversationId],
    );

    expect(await claim(conversationId, 60_000)).toHaveLength(1);
  });

  it('takes one in which a customer has not paused for ten idle periods', async () => {
    const { conversationId } = await talk('Hi', 'and', 'so', 'on');
    await database.owner.query(
      `update messages set "timestamp" = now() - interval '11 minutes' where conversation_id = $1 and sequence_no = 1`,
      [conversationId],
    );

    expect(await claim(conversationId, 60_000)).toHaveLength(1);
  });

  it('leaves another tenant’s conversation alone', async () => {
    const { conversationId } = await talk('Hi');
    const other = await arrangeTenant(database.owner);

    const claimed = await claimExtractions(
      database.pool('rapport_app'),
      [{ userId: other.userId, conversationId, leaseId: newId('wrk') }],
      { idleMs: 0, leaseMs: 60_000 },
    );

    expect(claimed).toEqual([]);
  });
});

describe('a model that fails', () => {
  const stateOf = async (conversationId: string) => {
    const { rows } = await database.owner.query(
      `select extraction_due_at is not null as "isDue", extraction_lease_id as lease, extraction_attempts as attempts
         from conversations where conversation_id = $1`,
      [conversationId],
    );
    return rows[0];
  };

  // Seen failing with the fifth failure given up.
  it('is asked again soon, then every half hour, and whoever waits is in the list', async () => {
    const { conversationId, reader } = await talk('I am at ana@casa.example');
    const down = () => new ModelUnavailable('down', { retryAfterMs: 0 });

    const waits: number[] = [];
    for (let time = 1; time <= 7; time += 1) {
      await database.owner.query(
        'update conversations set extraction_due_at = now() where conversation_id = $1',
        [conversationId],
      );
      const ended = await reader.read(down());
      waits.push(ended?.end === 'again' ? ended.inMs : -1);
    }

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 1_800_000, 1_800_000, 1_800_000]);
    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { source: 'fact', email: 'ana@casa.example' },
    ]);
    expect(await stateOf(conversationId)).toMatchObject({ isDue: true, lease: null });
  }, 60_000);

  it('costs no attempt when the process stops', async () => {
    const { conversationId, reader } = await talk(hotWords);

    await reader.read(new ModelAborted('stopped'));

    expect(await stateOf(conversationId)).toEqual({ isDue: true, lease: null, attempts: 0 });
  });

  // Seen failing with the due time cleared whatever came meanwhile.
  it('does not take what was written meanwhile along when it is given up', async () => {
    const { conversationId, reader } = await talk(hotWords);
    let asked = 0;

    await reader.read(async () => {
      asked += 1;
      if (asked === 1) await says(database.owner, tenant, conversationId, 'Hello?');
      return 'no JSON';
    });

    expect(await stateOf(conversationId)).toMatchObject({ isDue: true });
    expect(await reader.read(hot())).toMatchObject({ end: 'stored' });
  });

  it.each(['no JSON at all', '{"name": 5}', '{}'])(
    'is asked twice after %j, and the conversation waits for new words',
    async (text) => {
      const { conversationId, reader } = await talk(hotWords);

      const ended = await reader.read(text);

      expect([ended?.end, reader.requests.length]).toEqual(['gave_up', 2]);
      expect(await stateOf(conversationId)).toMatchObject({ isDue: false, lease: null });
      const usage = await database.owner.query(
        'select input_tokens from model_usage where conversation_id = $1',
        [conversationId],
      );
      expect(usage.rows).toEqual([{ input_tokens: 200 }]);
    },
  );

  // This and the next seen failing with storeWithoutModel left out of what follows a failure.
  it('does not keep a handover from being seen', async () => {
    const { conversationId, reader } = await talk(hotWords);
    await reader.read(hot());
    await database.owner.query(
      `insert into lead_events (lead_event_id, user_id, conversation_id, kind, event_key, details)
       values ($1, $2, $3, 'failure', 'handover:1', '{"handedOver": true}')`,
      [newId('lev'), tenant.userId, conversationId],
    );
    await says(database.owner, tenant, conversationId, 'Hello?');

    await reader.read('no JSON');

    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { cta_escalated_to_human: 'No' },
      { cta_escalated_to_human: 'Yes', source: 'fact', total_score: 13 },
    ]);
  });

  it('does not keep a customer out of the list', async () => {
    const { conversationId, reader } = await talk('Hi, I am at ana@casa.example');

    await reader.read('no JSON');
    await says(database.owner, tenant, conversationId, hotWords);
    await reader.read(hot('m2'));

    expect(await leadRows(database.owner, conversationId)).toMatchObject([
      { source: 'fact', email: 'ana@casa.example', total_score: 5, model: null },
      { source: 'model', email: 'ana@casa.example', lead_status_tag: 'Hot', is_latest: true },
    ]);
  });

  it('tells the tenant once when the account is empty, and tries again when somebody may have paid', async () => {
    const own = await arrangeTenant(database.owner);
    for (const text of ['Hi', 'Hello']) {
      const conversationId = await arrangeTalk(database.owner, own, [text]);
      const ended = await leadReader(database, own, conversationId).read(
        new ModelQuotaExhausted('empty'),
      );
      expect(ended).toEqual({ end: 'again', inMs: 1_800_000 });
    }

    const notices = await database.owner.query('select kind from notices where user_id = $1', [
      own.userId,
    ]);
    expect(notices.rows).toEqual([{ kind: 'model_out_of_quota' }]);
  });
});

describe('a long backlog', () => {
  // Seen failing with the document cut off and `through` the newest message all the same.
  it('is read in steps, and every message is read', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `part ${index} ${'x'.repeat(4_000)}`);
    const { conversationId, reader } = await talk(...texts);

    const ends: (string | undefined)[] = [];
    for (let step = 1; step <= 10; step += 1) {
      const ended = await reader.read(readingOf({}));
      if (ended === undefined) break;
      ends.push(ended.end);
    }

    const read = new Set(reader.documents.flatMap(({ messages }) => messages.map(({ id }) => id)));
    expect(ends.length).toBeGreaterThan(1);
    expect(read.size).toBe(40);
    const { rows } = await database.owner.query(
      'select extracted_through from conversations where conversation_id = $1',
      [conversationId],
    );
    expect(rows).toEqual([{ extracted_through: 40 }]);
  });
});

describe('a customer who takes the last message back', () => {
  // Seen failing with what was shown, and not what was seen, counted as read: due for ever.
  it.each([[[]], [[hotWords]]])('leaves nothing due behind: %j said before', async (before) => {
    const { conversationId, reader } = await talk(...before, 'never mind');
    await database.owner.query(
      `update messages set revoked_at = now() where conversation_id = $1 and text = 'never mind'`,
      [conversationId],
    );

    await reader.read(readingOf({}));

    expect(await reader.claim()).toEqual([]);
    const { rows } = await database.owner.query(
      'select extraction_due_at as due from conversations where conversation_id = $1',
      [conversationId],
    );
    expect(rows).toEqual([{ due: null }]);
  });
});

describe('values that no column holds', () => {
  // Each seen failing with its bound taken out: the row was refused, and the model asked again for ever.
  it.each([
    ['an endless address', `a@${`${'b'.repeat(60)}.`.repeat(5)}example`, {}],
    ['a name over many lines', `John${'\n'.repeat(300)}Smith`, { name: 'John Smith' }],
  ])('are left out: %s', async (_, text, more) => {
    const { conversationId, reader } = await talk(text);

    expect(await reader.read(readingOf({}, more))).toMatchObject({ end: 'stored' });
    expect(await leadRows(database.owner, conversationId)).toHaveLength(1);
  });

  it('are cut between characters', async () => {
    const text = `We order now ${'x'.repeat(286)}🔥🔥`;
    const { reader } = await talk(text);
    const quote = { message: 'm1', quote: text };

    expect(await reader.read(readingOf({ intent: [3, quote] }))).toMatchObject({
      end: 'stored',
      quotesKept: 1,
    });
  });
});

describe('a tenant that moves its thresholds', () => {
  // Seen failing with the row before counted by the new thresholds.
  it('is told when a lead really turns Hot', async () => {
    const { conversationId, reader } = await talk(
      'We want to order 40 chairs this week',
      'Yes, money is there',
    );
    await reader.read(
      readingOf({
        intent: [3, { message: 'm1', quote: 'order 40 chairs' }],
        urgency: [3, { message: 'm1', quote: 'this week' }],
        budget: [3, { message: 'm2', quote: 'money is there' }],
      }),
    );
    await setHotFrom(10);
    await says(database.owner, tenant, conversationId, 'We ship to hotels');

    await reader.read(readingOf({ fit: [3, { message: 'm3', quote: 'We ship to hotels' }] }));
    await setHotFrom(12);

    expect(await eventsOf(conversationId)).toMatchObject([
      { details: { from: null, to: 'Warm' } },
      { details: { from: 'Warm', to: 'Hot' } },
    ]);
  });
});

describe('a strong signal while the model reads', () => {
  // Seen failing with the flag cleared at the end and not at the claim.
  it('makes the conversation due at once when the reading is over', async () => {
    const { conversationId, reader } = await talk(hotWords);

    await reader.read(async () => {
      await database.owner.query(
        'update conversations set extraction_is_urgent = true, extraction_due_at = now() where conversation_id = $1',
        [conversationId],
      );
      return hot();
    });

    expect(await reader.claim()).toMatchObject([{ wasUrgent: true }]);
  });
});

async function setHotFrom(hotFrom: number): Promise<void> {
  await database.owner.query(
    `update users set settings = jsonb_set(settings, '{leads}', jsonb_build_object('thresholds', jsonb_build_object('hotFrom', $2::int)))
      where user_id = $1`,
    [tenant.userId, hotFrom],
  );
}

describe('words that are gone', () => {
  it('are evidence of nothing any more', async () => {
    const { conversationId, reader } = await talk(hotWords);
    await reader.read(hot());
    await database.owner.query(
      'update messages set revoked_at = now() where conversation_id = $1 and sequence_no = 1',
      [conversationId],
    );
    await says(database.owner, tenant, conversationId, 'Sorry, wrong chat');

    await reader.read(readingOf({}));

    const [latest] = (await leadRows(database.owner, conversationId)).slice(-1);
    expect(latest).toMatchObject({ total_score: 5, lead_status_tag: 'Cold' });
  });
});
