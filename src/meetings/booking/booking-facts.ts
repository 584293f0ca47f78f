import { z } from 'zod';
import { type BookablePerson, readPeople } from '../../availability/bookable-people.ts';
import { type BusinessProfile, readProfile } from '../../availability/business-profiles.ts';
import { type Db, maybeRow } from '../../lib/db.ts';
import { type Connection, readConnection } from '../connection/read-connection.ts';
import type { Booker } from './booking-deps.ts';

/** What a booking rests on: when and by whom the business can be met, and the calendar behind it. */
export type BookingFacts = {
  agentId: string;
  profile: BusinessProfile;
  people: BookablePerson[];
  connection: Connection | undefined;
  /** The zone and language that this customer was last spoken to in about times; null before the first time. */
  customer: { timeZone: string; language: string } | null;
};

const AgentRow = z.object({ agentId: z.string() });
const CustomerRow = z.object({ timeZone: z.string(), language: z.string() });

/** Reads the facts of a conversation's bookings; undefined where its agent takes none. */
export async function readBookingFacts(
  tx: Db,
  { userId, conversationId }: Omit<Booker, 'contactId'>,
): Promise<BookingFacts | undefined> {
  const agent = await maybeRow(
    tx,
    AgentRow,
    `select agent_id as "agentId" from conversations where user_id = $1 and conversation_id = $2`,
    [userId, conversationId],
  );
  if (agent === undefined) return undefined;
  const { agentId } = agent;
  const profile = await readProfile(tx, { userId, agentId });
  if (profile === undefined || !profile.takesBookings) return undefined;
  const people = await readPeople(tx, userId);
  if (people.length === 0) return undefined;
  const customer = await maybeRow(
    tx,
    CustomerRow,
    `select timezone as "timeZone", language
       from meetings
      where user_id = $1 and conversation_id = $2
      order by created_at desc, meeting_id desc
      limit 1`,
    [userId, conversationId],
  );
  const connection = await readConnection(tx, userId);
  return { agentId, profile, people, connection, customer: customer ?? null };
}

const ZoneRow = z.object({ timeZone: z.string() });

/** The zone on whose clock the business of a conversation is open; UTC where it has said none. */
export async function readBusinessTimeZone(
  tx: Db,
  { userId, conversationId }: Omit<Booker, 'contactId'>,
): Promise<string> {
  const found = await maybeRow(
    tx,
    ZoneRow,
    `select b.business_timezone as "timeZone"
       from conversations c
       join business_profiles b on b.user_id = c.user_id and b.agent_id = c.agent_id
      where c.user_id = $1 and c.conversation_id = $2`,
    [userId, conversationId],
  );
  return found?.timeZone ?? 'UTC';
}
