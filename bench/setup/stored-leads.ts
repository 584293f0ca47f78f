import { createHash } from 'node:crypto';
import { newId } from '../../src/lib/ids.ts';
import { withOwner } from './postgres.ts';
import type { BenchDatabase } from './stage.ts';
import type { BenchTenant } from './tenants.ts';

/** What a measure can ask for: the tenant that has most leads, one with few, and who and what there is. */
export type StoredLeads = {
  large: BenchTenant;
  small: BenchTenant;
  /** Of the large tenant, on Instagram, with one lead in a hundred. */
  rareAgentId: string;
  /** Words by how many of the large tenant's leads have them. */
  words: { common: string; one_in_20: string; one_in_100: string; rare: string };
  /** Conversations of 60 messages, and of 1,000. */
  long: string[];
  longest: string[];
};

const shareOfLarge = 70;
const historyEach = 2;

/**
 * Fills a database with so many leads, seven in ten of the first tenant, each with two earlier readings and a few
 * messages, charges and usage; some conversations are long. What customers wrote is words by a power law.
 */
export async function fillWithLeads(
  { url, tenants }: BenchDatabase,
  leads: number,
): Promise<StoredLeads> {
  const [large, ...others] = tenants;
  const small = others.at(-1);
  if (large === undefined || small === undefined) throw new Error('leads need two tenants');
  const rareAgentId = newId('agt');
  const [rareNumberId] = [newId('phn')];
  await withOwner(url, async (owner) => {
    await owner.query(
      `insert into phone_numbers (id, user_id, platform, meta_phone_number_id, access_token)
       values ($1, $2, 'instagram', 'bench-instagram', 'ciphertext')`,
      [rareNumberId, large.userId],
    );
    await owner.query(
      `insert into agents (agent_id, user_id, phone_number_id, prompt_id, name)
       select $1, user_id, $2, prompt_id, 'Rare' from agents where agent_id = $3`,
      [rareAgentId, rareNumberId, large.agentId],
    );
    // The rows agree with each other; checking and indexing them one by one takes minutes.
    await owner.query('set session_replication_role = replica');
    await owner.query(`set work_mem = '256MB'`);
    await owner.query(`set maintenance_work_mem = '512MB'`);
    await owner.query(
      `create temporary table stored as
       select n, hashint4(n) as h, hashint4(n + 7919) as g,
              case when n % 100 < ${shareOfLarge} then $1 else ($3::text[])[1 + n % $5::int] end as user_id,
              case when n % 100 >= ${shareOfLarge} then ($4::text[])[1 + n % $5::int]
                   when n % 101 = 0 then $6 else $2 end as agent_id,
              case when n % 100 < ${shareOfLarge} and n % 101 = 0 then 'instagram' else 'whatsapp' end as platform,
              case when n % 5000 = 0 then 1000 when n % 50 = 0 then 60 else 4 end as messages
         from generate_series(0, $7::int - 1) n`,
      [
        large.userId,
        large.agentId,
        others.map(({ userId }) => userId),
        others.map(({ agentId }) => agentId),
        others.length,
        rareAgentId,
        leads,
      ],
    );
    for (const statement of statements) await owner.query(statement);
    await owner.query('set session_replication_role = origin');
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  });
  const idsOf = (step: number): string[] =>
    Array.from({ length: Math.floor(leads / step) }, (_, index) => index * step)
      .filter((n) => n % 100 < shareOfLarge && (step === 5_000) === (n % 5_000 === 0))
      .map((n) => `cnv_01k${String(n).padStart(23, '0')}`);
  return {
    large,
    small,
    rareAgentId,
    words: {
      common: wordNo(2),
      one_in_20: wordNo(190),
      one_in_100: 'onehundredth',
      rare: 'rareword00007',
    },
    long: idsOf(50),
    longest: idsOf(5_000),
  };
}

/** As the database makes it, below. */
function wordNo(w: number): string {
  const digest = createHash('md5').update(String(w)).digest('hex');
  return digest.slice(0, 4 + (w % 6)).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');
}

const id = (prefix: string, number: string): string =>
  `'${prefix}_01k' || lpad((${number})::text, 23, '0')`;
const began = `timestamptz '2026-11-20' - (n % 90) * interval '1 day' - (abs(h) % 86400) * interval '1 second'`;
const pick = (list: string, by: string): string =>
  `(array[${list
    .split(' ')
    .map((word) => `'${word}'`)
    .join(', ')}])[1 + abs(${by}) % ${list.split(' ').length}]`;
const firstName = pick(
  'Ana José Liam Елена Maria Chen Fatima Noah Olga Pedro Quinn Rosa Sven Tara Uma Viktor Wanda Xavier Yusuf Zoe',
  'h',
);
const lastName = `initcap(${pick('ka lo mi re tu va sen dor bel gar', 'g')} || ${pick('mann son ez ova ström berg field ski', 'h / 32')} || ${pick('a e i o u', 'g / 16')})`;
const company = `initcap(${pick('nova alpha green blue prime casa urban delta', 'g / 64')}) || ' ' || ${pick('GmbH Ltd Labs Studio SA', 'h / 128')}`;
const phone = `'+49151' || lpad((n * 7 % 100000000)::text, 8, '0')`;
/** The n-th word: four to nine letters, with the trigrams of no other word. */
const word = `translate(left(md5(w::text), 4 + w % 6), '0123456789', 'ghijklmnop')`;
/** Common words often, of 5,000; most customers write 60 words, one in 20 writes 600, one in 200 2,000. */
const said = `(select string_agg(v.word, ' ' order by k)
  from generate_series(1, case when n % 200 = 0 then 2000 when n % 20 = 0 then 600 else 60 end) k
  join vocabulary v on v.w = floor(5000 * power((abs(hashint4(n * 31 + k))::float8 / 2147483648), 3))::int)
  || case when n % 100 = 3 then ' onehundredth' else '' end
  || ' rareword' || lpad((n % 20011)::text, 5, '0')`;
const grade = (by: string): string => `(1 + abs(${by}) % 3)`;
const total = [1, 4, 16, 64, 256].map((by) => grade(`h / ${by}`)).join(' + ');
const reasoning = `(select jsonb_object_agg(d, jsonb_build_object('score', 2, 'level', 'Medium', 'missing', null,
  'evidence', jsonb_build_array(jsonb_build_object('messageId', 'msg_01k', 'quote', 'How much is the starter package'))))
  from unnest(array['intent', 'urgency', 'budget', 'fit', 'engagement']) d)`;

const readings = (
  rows: string,
  options: { isLatest: boolean; nth: string; at: string },
): string => `
  insert into extractions
    (extraction_id, user_id, conversation_id, contact_id, agent_id, platform, customer_phone, extracted_at, is_latest,
     source, name, email, phone, company, intent, intent_score, urgency_score, budget_score, fit_score,
     engagement_score, total_score, score_percent, lead_status_tag, reasoning, brief, understood, is_read, search_text)
  select ${id('ext', options.nth)}, user_id, ${id('cnv', 'n')}, ${id('con', 'n')}, agent_id, platform, '49151' || n,
         ${options.at}, ${options.isLatest}, 'model', first_name || ' ' || last_name, 'customer' || n || '@example.com',
         phone, company, 'Wants to know what the starter package costs', ${grade('h')}, ${grade('h / 4')},
         ${grade('h / 16')}, ${grade('h / 64')}, ${grade('h / 256')}, ${total}, (${total} - 5) * 10,
         case when ${total} >= 12 then 'Hot' when ${total} >= 8 then 'Warm' else 'Cold' end,
         ${reasoning}, '{"wants": null, "whyNow": [], "promised": []}', '{}', n % 10 > 0,
         ${options.isLatest ? `' ' || lower(first_name || ' ' || last_name || ' ' || company) || E'\\ncustomer' || n || '@example.com' || E'\\n' || ltrim(phone, '+') || E'\\n' || said` : 'null'}
    from ${rows}`;

const people = `(select *, ${firstName} as first_name, ${lastName} as last_name, ${company} as company, ${phone} as phone from stored)`;
const answers = `stored cross join lateral generate_series(2, messages, 2) as k`;
const messageNo = 'n * 1000::bigint + k';

const statements = [
  'drop index extractions_search, extractions_search_names',
  `create temporary table vocabulary as select w, ${word} as word from generate_series(0, 4999) w`,
  'create index on vocabulary (w)',
  'analyze vocabulary',
  `insert into contacts (contact_id, user_id, name) select ${id('con', 'n')}, user_id, 'Customer ' || n from stored order by n`,
  `insert into conversations
     (conversation_id, user_id, agent_id, contact_id, customer_phone, created_at, last_message_at, last_sequence_no,
      owed_through, answered_through, acknowledged_through, extracted_through, reply_window_ends_at)
   select ${id('cnv', 'n')}, user_id, agent_id, ${id('con', 'n')}, '49151' || n, ${began}, ${began}, messages, messages - 1,
          messages - 1, messages - 1, messages, ${began} + interval '1 day' from stored order by h`,
  `insert into messages
     (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status, "timestamp")
   select ${id('msg', messageNo)}, user_id, ${id('cnv', 'n')}, k, case k % 2 when 1 then 'user' else 'agent' end,
          case k % 2 when 1 then 'customer' else 'ai' end, 'text',
          'Our starter package is 49 euros a month, and the first two weeks are free. Shall I tell you more?', 'sent',
          ${began} + k * interval '1 minute'
     from stored cross join lateral generate_series(1, messages) as k order by k, h`,
  `insert into message_delivery_status (message_id, user_id, conversation_id, status, attempts)
   select ${id('msg', messageNo)}, user_id, ${id('cnv', 'n')}, 'read', 1 from ${answers} order by k, h`,
  `insert into credit_transactions
     (credit_transaction_id, user_id, credits, kind, reason, conversation_id, message_id, created_at)
   select ${id('crt', messageNo)}, user_id, -1, 'reply', 'reply:' || ${messageNo}, ${id('cnv', 'n')},
          ${id('msg', messageNo)}, ${began} + k * interval '1 minute' from ${answers} order by k, h`,
  `insert into model_usage
     (model_usage_id, user_id, conversation_id, purpose, model, input_tokens, output_tokens, created_at)
   select ${id('use', messageNo)}, user_id, ${id('cnv', 'n')}, 'reply', 'gpt-5.6-luna', 236, 27,
          ${began} + k * interval '1 minute' from ${answers} order by k, h`,
  readings(`${people} p cross join generate_series(1, ${historyEach}) as k order by k, h`, {
    isLatest: false,
    nth: `n * 10::bigint + k`,
    at: `${began} + k * interval '1 hour'`,
  }),
  readings(`(select *, ${said} as said from ${people} p) p order by h`, {
    isLatest: true,
    nth: `n * 10::bigint`,
    at: `${began} + interval '5 hours'`,
  }),
  'create index extractions_search on extractions using gin (search_text gin_trgm_ops) where is_latest',
  'create index extractions_search_names on extractions using gin (search_names gin_trgm_ops) where is_latest',
];
