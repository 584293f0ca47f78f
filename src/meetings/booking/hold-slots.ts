import { z } from 'zod';
import { type Db, maybeRow } from '../../lib/db.ts';
import type { NewId } from '../../lib/ids.ts';
import { lapseHolds } from '../lapse-holds.ts';
import { lockSlots } from '../lock-slots.ts';
import type { Booker } from './booking-deps.ts';

/** A time of a person's to be held. `gapMinutes` stay free after it. */
export type SlotToHold = { personId: string; start: Date; end: Date; gapMinutes: number };

/** A slot that is held: `slotId` is the id that its meeting will have. */
export type HeldSlot = SlotToHold & { slotId: string; heldUntil: Date };

const HeldRow = z.object({ heldUntil: z.date() });

/**
 * Holds the first `atMost` of the candidates that are still free, and answers them by their time, in the place of what the conversation held before.
 * One tenant's are held one after another; the exclusion constraint stands behind that.
 */
export async function holdSlots(
  tx: Db,
  newId: NewId,
  asked: Booker & {
    agentId: string;
    candidates: readonly SlotToHold[];
    atMost: number;
    holdMinutes: number;
    title: string;
    service: string | null;
    timeZone: string;
    language: string;
    now: Date;
  },
): Promise<HeldSlot[]> {
  await lockSlots(tx, asked.userId);
  await lapseHolds(tx, asked);
  const held: HeldSlot[] = [];
  for (const slot of asked.candidates) {
    if (held.length >= asked.atMost) break;
    const slotId = newId('mtg');
    const row = await maybeRow(
      tx,
      HeldRow,
      `insert into meetings
         (meeting_id, user_id, conversation_id, contact_id, agent_id, person_id, title, service,
          meeting_time, duration_minutes, blocked_until, timezone, language, status, held_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'held',
               $14::timestamptz + make_interval(mins => $15))
       on conflict do nothing
       returning held_until as "heldUntil"`,
      [
        slotId,
        asked.userId,
        asked.conversationId,
        asked.contactId,
        asked.agentId,
        slot.personId,
        asked.title,
        asked.service,
        slot.start,
        minutesOf(slot),
        new Date(slot.end.getTime() + slot.gapMinutes * 60_000),
        asked.timeZone,
        asked.language,
        asked.now,
        asked.holdMinutes,
      ],
    );
    if (row !== undefined) held.push({ ...slot, slotId, heldUntil: row.heldUntil });
  }
  return held.sort((one, other) => one.start.getTime() - other.start.getTime());
}

function minutesOf({ start, end }: SlotToHold): number {
  return Math.round((end.getTime() - start.getTime()) / 60_000);
}
