import type { Tenant } from './arrange.ts';
import { eventually } from './eventually.ts';
import { reached } from './expect-settled.ts';
import type { Stage } from './stage.ts';

/** A customer on WhatsApp who says one thing after another. */
export type Talk = {
  phone: string;
  /** Says it, waits until nothing is owed in the conversation, and answers what came meanwhile. */
  say(text: string): Promise<string>;
  /** All that reached the customer so far. */
  heard(): string[];
  said(): number;
};

/** Begins to talk as a customer that nobody has used before. */
export function talkTo(
  stage: Stage,
  tenant: Tenant,
  { withinMs = 30_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Talk {
  const phone = stage.customer();
  let said = 0;
  const heard = (): string[] => reached(stage, tenant, phone).map(({ text }) => text ?? '');
  return {
    phone,
    heard,
    said: () => said,
    async say(text) {
      const before = heard().length;
      said += 1;
      await stage.write(tenant, phone, text);
      const isHeard = () => heard().length > before;
      await untilAnswered(stage, tenant, { phone, said, text, isHeard, withinMs, everyMs });
      return heard().slice(before).join('\n');
    },
  };
}

async function untilAnswered(
  { owner }: Stage,
  { userId }: Tenant,
  asked: {
    phone: string;
    said: number;
    text: string;
    isHeard: () => boolean;
    withinMs: number;
    everyMs: number;
  },
): Promise<void> {
  let last: unknown;
  const isAnswered = async (): Promise<boolean> => {
    // Hundreds talk at once in some tests: the database is asked once there is something to see.
    if (!asked.isHeard()) return false;
    const { rows } = await owner.query(
      `select c.reply_due_at is null and c.turn_lease_until is null as "isQuiet",
              (select count(*)::int from messages m
                where m.user_id = $1 and m.conversation_id = c.conversation_id
                  and m.author = 'customer') as stored,
              (select count(*)::int from message_delivery_status d
                where d.user_id = $1 and d.conversation_id = c.conversation_id
                  and d.status = 'pending') as sends
         from conversations c
        where c.user_id = $1 and c.customer_phone = $2`,
      [userId, asked.phone],
    );
    last = rows[0];
    const [row] = rows;
    return row?.isQuiet === true && row.stored >= asked.said && row.sends === 0;
  };
  const { text, withinMs, everyMs } = asked;
  await eventually(`"${text}" is answered`, isAnswered, { withinMs, everyMs }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; left: ${JSON.stringify(last)}`);
    },
  );
}
