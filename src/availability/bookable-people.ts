import { z } from 'zod';
import { type Db, maybeRow, oneRow, rows } from '../lib/db.ts';
import { Name } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { type BookingRules, Schedule } from './schedule.ts';
import { isSameService } from './services.ts';

/** Somebody who can be met. */
export const BookablePerson = z.object({
  personId: z.string(),
  userId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** Hours of their own; null: those of the business. */
  schedule: z.object(Schedule.shape).nullable(),
  /** The names of the services that they give; null: all. */
  services: z.array(z.string()).nullable(),
  maxPerDay: z.number().nullable(),
  /** The calendar their meetings are written to; null: that of the connection. */
  calendarId: z.string().nullable(),
  /** The calendars that say when they are busy; null: those of the connection. */
  checkCalendarIds: z.array(z.string()).nullable(),
  isActive: z.boolean(),
});
export type BookablePerson = z.infer<typeof BookablePerson>;

const CalendarId = Name();

const personFields = {
  name: Name(),
  email: z.email().max(255).nullable(),
  schedule: Schedule.nullable(),
  services: z.array(Name(100)).max(50).nullable(),
  maxPerDay: z.number().int().min(1).max(200).nullable(),
  calendarId: CalendarId.nullable(),
  checkCalendarIds: z.array(CalendarId).min(1).max(50).nullable(),
};

/** A person as they are made. */
export const NewPerson = z.strictObject({
  name: personFields.name,
  email: personFields.email.default(null),
  schedule: personFields.schedule.default(null),
  services: personFields.services.default(null),
  maxPerDay: personFields.maxPerDay.default(null),
  calendarId: personFields.calendarId.default(null),
  checkCalendarIds: personFields.checkCalendarIds.default(null),
});
export type NewPerson = z.infer<typeof NewPerson>;

/** What is changed of a person, each field by itself and whole. */
export const PersonChange = z.strictObject({ ...personFields, isActive: z.boolean() }).partial();
export type PersonChange = z.infer<typeof PersonChange>;

export type PersonRef = { userId: string; personId: string };

/** Hours that were stored and do not parse any more are no hours at all: nobody is booked by a guess. */
const StoredPerson = BookablePerson.extend({
  schedule: Schedule.nullable().catch({ timeZone: 'UTC', hours: {} }),
});

const personColumns = `person_id as "personId", user_id as "userId", name, email, schedule, services,
  max_per_day as "maxPerDay", calendar_id as "calendarId",
  check_calendar_ids as "checkCalendarIds", is_active as "isActive"`;

/** Who of a tenant's can be booked now, the first who was added first. */
export function readPeople(tx: Db, userId: string): Promise<BookablePerson[]> {
  return rows(
    tx,
    StoredPerson,
    `select ${personColumns} from bookable_people
      where user_id = $1 and is_active
      order by person_id`,
    [userId],
  );
}

/** All of a tenant's people, the first who was added first, those who are not booked any more included. */
export function listPeople(
  tx: Db,
  userId: string,
  page: { limit: number; after?: string | undefined },
): Promise<BookablePerson[]> {
  return rows(
    tx,
    StoredPerson,
    `select ${personColumns} from bookable_people
      where user_id = $1 and ($2::text is null or person_id > $2)
      order by person_id
      limit $3`,
    [userId, page.after ?? null, page.limit],
  );
}

/** Adds a person. */
export function addPerson(
  tx: Db,
  { newId }: { newId: NewId },
  userId: string,
  person: NewPerson,
): Promise<BookablePerson> {
  return oneRow(
    tx,
    StoredPerson,
    `insert into bookable_people
       (user_id, person_id, name, email, schedule, services, max_per_day, calendar_id,
        check_calendar_ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     returning ${personColumns}`,
    [userId, newId('per'), ...valuesOf(person)],
  );
}

/** Changes what is given. Throws NotFound. */
export async function changePerson(
  tx: Db,
  { userId, personId }: PersonRef,
  change: PersonChange,
): Promise<BookablePerson> {
  const person = { ...(await lockPerson(tx, { userId, personId })), ...withoutUndefined(change) };
  return await oneRow(
    tx,
    StoredPerson,
    `update bookable_people
        set name = $3, email = $4, schedule = $5, services = $6, max_per_day = $7,
            calendar_id = $8, check_calendar_ids = $9, is_active = $10
      where user_id = $1 and person_id = $2
      returning ${personColumns}`,
    [userId, personId, ...valuesOf(person), person.isActive],
  );
}

/** Removes a person; one whom somebody was to meet stays, and is not booked any more. Throws NotFound. */
export async function removePerson(tx: Db, { userId, personId }: PersonRef): Promise<void> {
  // With the lock, nobody can be given a meeting with them between the question and the answer.
  await lockPerson(tx, { userId, personId });
  const removed = await tx.query(
    `delete from bookable_people
      where user_id = $1 and person_id = $2
        and not exists (select from meetings where user_id = $1 and person_id = $2)`,
    [userId, personId],
  );
  if (removed.rowCount === 1) return;
  await changePerson(tx, { userId, personId }, { isActive: false });
}

/** Makes the first person of a tenant that never had one: named like the business, or else like the tenant. */
export async function ensurePerson(
  tx: Db,
  deps: { newId: NewId },
  { userId, name }: { userId: string; name: string | null },
): Promise<void> {
  // Two profiles that are stored at once come here one after another.
  const tenant = await oneRow(
    tx,
    z.object({ companyName: z.string().nullable() }),
    `select company_name as "companyName" from users where user_id = $1 for no key update`,
    [userId],
  );
  const [somebody] = await listPeople(tx, userId, { limit: 1 });
  if (somebody !== undefined) return;
  await addPerson(
    tx,
    deps,
    userId,
    NewPerson.parse({ name: name ?? tenant.companyName ?? 'Team' }),
  );
}

/** Whether a person gives a service; everybody gives a meeting without one. */
export function gives(person: Pick<BookablePerson, 'services'>, service: string | null): boolean {
  if (person.services === null || service === null) return true;
  return person.services.some((name) => isSameService(name, service));
}

/** The rules for one person: their own limit for a day where it is the lower one. */
export function rulesFor(
  rules: BookingRules,
  { maxPerDay }: Pick<BookablePerson, 'maxPerDay'>,
): BookingRules {
  if (maxPerDay === null) return rules;
  return { ...rules, maxPerDay: Math.min(maxPerDay, rules.maxPerDay ?? maxPerDay) };
}

async function lockPerson(tx: Db, { userId, personId }: PersonRef): Promise<BookablePerson> {
  const person = await maybeRow(
    tx,
    StoredPerson,
    `select ${personColumns} from bookable_people
      where user_id = $1 and person_id = $2
      for update`,
    [userId, personId],
  );
  if (person === undefined) throw new NotFound('person');
  return person;
}

type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function withoutUndefined(change: PersonChange): Given<PersonChange> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function valuesOf(person: NewPerson): unknown[] {
  return [
    person.name,
    person.email,
    person.schedule === null ? null : JSON.stringify(person.schedule),
    person.services,
    person.maxPerDay,
    person.calendarId,
    person.checkCalendarIds,
  ];
}
