import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { queryAsTenants } from '../lib/tenant.ts';
import { parseTurnFacts, selectTurnFacts, type TurnFacts } from './turn-facts.ts';

/** A conversation to take, and the id the turn will have. */
export type TurnWanted = { userId: string; conversationId: string; turnId: string };

/**
 * Takes the conversations that are due and that nobody holds, for `leaseMs`: one writer each. Answers
 * their facts; a conversation that is not due, or held, or not this tenant's, is missing from the answer.
 * A lease that the database forgets in a crash is safe: a reply is stored only under the lease that stands.
 */
export async function claimTurns(
  app: Pool,
  wanted: TurnWanted[],
  leaseMs: number,
): Promise<TurnFacts[]> {
  const rows = await queryAsTenants(
    app,
    wanted.map(({ userId }) => userId),
    {
      name: 'claim_turns',
      text: `
        with wanted as materialized (
          select distinct on (conversation_id) *
            from jsonb_to_recordset($1::jsonb)
              as x (user_id text, conversation_id text, turn_id text)
        ), turn as (
          update conversations c
             set turn_id = w.turn_id,
                 turn_lease_until = now() + make_interval(secs => $2 / 1000.0),
                 turn_attempts = c.turn_attempts + 1,
                 acknowledged_through = c.owed_through,
                 handled_by = case when c.ai_paused_until <= now() then 'ai' else c.handled_by end,
                 handover_reason = case when c.ai_paused_until <= now() then null else c.handover_reason end,
                 ai_paused_until = case when c.ai_paused_until <= now() then null else c.ai_paused_until end
            from wanted w
            join conversations o on o.conversation_id = w.conversation_id and o.user_id = w.user_id
           where c.conversation_id = w.conversation_id and c.user_id = w.user_id
             -- As an expression, so that a backlog of due conversations is not walked through for each claim.
             and c.reply_due_at + interval '0' <= now()
             and (c.turn_lease_until is null or c.turn_lease_until < now())
          returning c.*, o.acknowledged_through < c.owed_through as needs_acknowledgement
        )
        ${selectTurnFacts}`,
      values: [
        JSON.stringify(
          wanted.map(({ userId, conversationId, turnId }) => ({
            user_id: userId,
            conversation_id: conversationId,
            turn_id: turnId,
          })),
        ),
        leaseMs,
      ],
    },
    'lazy',
  );
  return rows.map(parseTurnFacts);
}

/** Reads the facts of a turn again, while it holds its lease; undefined when it does not any more. */
export async function rereadTurn(
  app: Pool,
  turn: { userId: string; conversationId: string; turnId: string },
): Promise<TurnFacts | undefined> {
  const [row] = await queryAsTenants(app, [turn.userId], {
    name: 'reread_turn',
    text: `
      with turn as (
        select c.*, false as needs_acknowledgement
          from conversations c
         where c.user_id = $1 and c.conversation_id = $2 and c.turn_id = $3
      )
      ${selectTurnFacts}`,
    values: [turn.userId, turn.conversationId, turn.turnId],
  });
  return row === undefined ? undefined : parseTurnFacts(row);
}

const WatchRow = z.object({
  turnId: z.string(),
  owedThrough: z.number(),
  dueInMs: z.number().nullable(),
  isPeoples: z.boolean(),
});

/** What a turn under way must know: how far customers have written, when that is due, who has it. */
export type WatchedTurn = z.infer<typeof WatchRow>;

/** Looks after turns under way: renews their leases and answers those that still stand. */
export async function renewTurns(
  app: Pool,
  turns: { userId: string; conversationId: string; turnId: string }[],
  leaseMs: number,
): Promise<WatchedTurn[]> {
  const rows = await queryAsTenants(
    app,
    turns.map(({ userId }) => userId),
    {
      name: 'renew_turns',
      text: `
        with held as materialized (
          select * from unnest($1::text[], $2::text[], $3::text[]) as x (user_id, conversation_id, turn_id)
        ), due as materialized (
          select c.conversation_id, c.user_id
            from held h
            join conversations c
              on c.conversation_id = h.conversation_id and c.user_id = h.user_id
             and c.turn_id = h.turn_id
           where c.turn_lease_until < now() + make_interval(secs => $4 / 1500.0)
           order by c.conversation_id
             for no key update of c
        ), renewed as (
          update conversations c
             set turn_lease_until = now() + make_interval(secs => $4 / 1000.0)
            from due d
           where c.conversation_id = d.conversation_id and c.user_id = d.user_id
        )
        select c.turn_id as "turnId", c.owed_through as "owedThrough",
               extract(epoch from c.reply_due_at - now())::float8 * 1000 as "dueInMs",
               c.handled_by = 'human' as "isPeoples"
          from held h
          join conversations c
            on c.conversation_id = h.conversation_id and c.user_id = h.user_id
           and c.turn_id = h.turn_id`,
      values: [
        turns.map(({ userId }) => userId),
        turns.map(({ conversationId }) => conversationId),
        turns.map(({ turnId }) => turnId),
        leaseMs,
      ],
    },
    'lazy',
  );
  return rows.map((row) => WatchRow.parse(row));
}
