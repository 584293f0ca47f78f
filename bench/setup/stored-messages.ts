import { withOwner } from './postgres.ts';
import type { BenchDatabase } from './stage.ts';

/** Messages in each stored conversation, half from the customer and half answers. */
const messagesEach = 20;

/**
 * Fills a database with conversations of customers 0, 1, 2 … as if they had been written over the last
 * three months: each with its contact, answers with their deliveries, statuses, charges and usage. Rows
 * lie in the order of time, so that a conversation's messages are spread over the whole table.
 */
export async function fillWithMessages(
  { url, tenants }: BenchDatabase,
  conversations: number,
): Promise<void> {
  await withOwner(url, async (owner) => {
    // The rows agree with each other, and checking three million foreign keys takes minutes.
    await owner.query('set session_replication_role = replica');
    await owner.query(`set work_mem = '256MB'`);
    await owner.query(
      `create temporary table stored as
       select c as n, t.user_id, t.agent_id, c % $3::int as tenant_no
         from generate_series(0, $4::int - 1) as c
         join unnest($1::text[], $2::text[]) with ordinality as t (user_id, agent_id, no)
           on t.no - 1 = c % $3::int`,
      [
        tenants.map(({ userId }) => userId),
        tenants.map(({ agentId }) => agentId),
        tenants.length,
        conversations,
      ],
    );
    for (const statement of statements) await owner.query(statement);
    await owner.query('set session_replication_role = origin');
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  });
}

const id = (prefix: string, number: string): string =>
  `'${prefix}_01k' || lpad((${number})::text, 23, '0')`;
const said = (k: string): string => `current_timestamp - (91 - ${k} * 4.5) * interval '1 day'`;
const answerNumber = 'n + 1000000 * k';
const answers = `stored cross join generate_series(2, ${messagesEach}, 2) as k`;
const wamid = `'wamid.stored' || ${answerNumber} || repeat('A', 24)`;

const statements = [
  `insert into contacts (contact_id, user_id, name)
   select ${id('con', 'n')}, user_id, 'Customer ' || n from stored order by n`,
  `insert into contact_identities (user_id, kind, address, contact_id)
   select user_id, 'phone', '49150' || lpad(n::text, 8, '0'), ${id('con', 'n')} from stored order by n`,
  `insert into conversations
     (conversation_id, user_id, agent_id, contact_id, customer_phone, openai_conversation_id, last_message_at,
      created_at, last_sequence_no, owed_through, answered_through, acknowledged_through, reply_window_ends_at)
   select ${id('cnv', 'n')}, user_id, agent_id, ${id('con', 'n')}, '49150' || lpad(n::text, 8, '0'),
          'resp_stored' || n, ${said(String(messagesEach))}, ${said('0')}, ${messagesEach}, ${messagesEach - 1},
          ${messagesEach - 1}, ${messagesEach - 1}, ${said(String(messagesEach))} + interval '1 day'
     from stored order by n`,
  `insert into messages
     (message_id, user_id, conversation_id, sequence_no, sender, author, type, text, status,
      platform_message_id, "timestamp", provider_timestamp)
   select ${id('msg', answerNumber)}, user_id, ${id('cnv', 'n')}, k,
          case k % 2 when 1 then 'user' else 'agent' end, case k % 2 when 1 then 'customer' else 'ai' end, 'text',
          case k % 2 when 1 then 'How much is the starter package, and does it come with support? (' || k || ')'
                     else 'Our starter package is 49 euros a month, and the first two weeks are free. Shall I tell you what is in it?' end,
          'sent', case k % 2 when 1 then ${wamid} end, ${said('k')}, case k % 2 when 1 then ${said('k')} end
     from stored cross join generate_series(1, ${messagesEach}) as k order by k, n`,
  `insert into message_delivery_status
     (message_id, user_id, conversation_id, platform_message_id, status, attempts, attempted_at, updated_at)
   select ${id('msg', answerNumber)}, user_id, ${id('cnv', 'n')}, ${wamid}, 'read', 1, ${said('k')}, ${said('k')}
     from ${answers} order by k, n`,
  `insert into delivery_events
     (user_id, message_id, platform_message_id, status, provider_timestamp, received_at)
   select user_id, ${id('msg', answerNumber)}, ${wamid}, status, ${said('k')}, ${said('k')}
     from ${answers} cross join unnest(array['sent', 'delivered', 'read']) as status order by k, n`,
  `insert into credit_transactions
     (credit_transaction_id, user_id, credits, kind, reason, conversation_id, message_id, created_at)
   select ${id('crt', answerNumber)}, user_id, -1, 'reply', 'reply:' || ${id('msg', answerNumber)}, ${id('cnv', 'n')},
          ${id('msg', answerNumber)}, ${said('k')}
     from ${answers} order by k, n`,
  `update credits set remaining_credits = remaining_credits - spent, total_used = total_used + spent
     from (select user_id, count(*)::int as spent from ${answers} group by user_id) as paid
    where paid.user_id = credits.user_id`,
  `insert into model_usage
     (model_usage_id, user_id, conversation_id, turn_id, purpose, model, prompt_version, input_tokens,
      output_tokens, created_at)
   select ${id('use', answerNumber)}, user_id, ${id('cnv', 'n')}, ${id('trn', answerNumber)}, 'reply', 'bench-model', 1,
          236, 27, ${said('k')}
     from ${answers} order by k, n`,
];
