import { z } from 'zod';
import { type Db, maybeRow } from '../lib/db.ts';
import { Name, Text } from '../lib/http/fields.ts';
import { InvalidRequest, NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { TimeZone } from '../lib/local-times.ts';
import { ensurePerson } from './bookable-people.ts';
import { BookingRules, OperatingSchedule, type Schedule } from './schedule.ts';
import { Service, Services } from './services.ts';

/** When and how the business of an agent can be met. */
export const BusinessProfile = z.object({
  agentId: z.string(),
  userId: z.string(),
  businessName: z.string().nullable(),
  businessPhone: z.string().nullable(),
  typeOfBusiness: z.string().nullable(),
  businessSummary: z.string().nullable(),
  additionalContext: z.string().nullable(),
  businessTimezone: z.string(),
  operatingSchedule: z.object(OperatingSchedule.shape),
  /** In minutes, of a meeting whose service says nothing else. */
  defaultAppointmentLength: z.number(),
  bookingRules: z.object(BookingRules.shape),
  services: z.array(z.object(Service.shape)),
  takesBookings: z.boolean(),
});
export type BusinessProfile = z.infer<typeof BusinessProfile>;

/**
 * What is changed of a profile, each field by itself and whole; null takes a text away. A first profile needs its time
 * zone and its hours.
 */
export const ProfileChange = z.strictObject({
  businessName: Name().nullable().optional(),
  businessPhone: Name(50).nullable().optional(),
  typeOfBusiness: Name().nullable().optional(),
  businessSummary: Text({ max: 5_000 }).nullable().optional(),
  additionalContext: Text({ max: 20_000 }).nullable().optional(),
  businessTimezone: TimeZone.optional(),
  operatingSchedule: OperatingSchedule.optional(),
  defaultAppointmentLength: z.number().int().min(5).max(1_440).optional(),
  bookingRules: BookingRules.optional(),
  services: Services.optional(),
  takesBookings: z.boolean().optional(),
});
export type ProfileChange = z.infer<typeof ProfileChange>;

export type ProfileRef = { userId: string; agentId: string };

/** What was stored and does not parse any more: hours are closed, rules the usual ones, a service is none. */
const StoredProfile = BusinessProfile.extend({
  operatingSchedule: OperatingSchedule.catch({ hours: {} }),
  bookingRules: BookingRules.catch(() => BookingRules.parse({})),
  services: z.array(z.unknown()).transform((stored) =>
    stored.flatMap((one) => {
      const read = Service.safeParse(one);
      return read.success ? [read.data] : [];
    }),
  ),
});

/** An agent's profile; undefined when it has none. */
export function readProfile(
  tx: Db,
  { userId, agentId }: ProfileRef,
): Promise<BusinessProfile | undefined> {
  return maybeRow(
    tx,
    StoredProfile,
    `select agent_id as "agentId", user_id as "userId", business_name as "businessName",
            business_phone as "businessPhone", type_of_business as "typeOfBusiness",
            business_summary as "businessSummary", additional_context as "additionalContext",
            business_timezone as "businessTimezone", operating_schedule as "operatingSchedule",
            default_appointment_length as "defaultAppointmentLength",
            booking_rules as "bookingRules", services, takes_bookings as "takesBookings"
       from business_profiles
      where user_id = $1 and agent_id = $2`,
    [userId, agentId],
  );
}

/**
 * Makes an agent's profile or changes what is given of it, and answers all of it. Who takes bookings has somebody to be
 * met: a first person is made with it. Throws NotFound; InvalidRequest for a first profile without zone or hours.
 */
export async function changeProfile(
  tx: Db,
  deps: { newId: NewId },
  { userId, agentId }: ProfileRef,
  change: ProfileChange,
): Promise<BusinessProfile> {
  // Two changes at once come here one after another.
  const lockAgent = `select from agents where user_id = $1 and agent_id = $2 for no key update`;
  const agent = await maybeRow(tx, z.object({}), lockAgent, [userId, agentId]);
  if (agent === undefined) throw new NotFound('agent');
  const before = await readProfile(tx, { userId, agentId });
  const profile = {
    ...(before ?? firstProfile({ userId, agentId }, change)),
    ...withoutUndefined(change),
  };
  await storeProfile(tx, profile);
  if (profile.takesBookings) await ensurePerson(tx, deps, { userId, name: profile.businessName });
  return profile;
}

/** The hours of a business with the zone that they are read in. */
export function scheduleOf(
  profile: Pick<BusinessProfile, 'businessTimezone' | 'operatingSchedule'>,
): Schedule {
  return { ...profile.operatingSchedule, timeZone: profile.businessTimezone };
}

function firstProfile(
  { userId, agentId }: ProfileRef,
  { businessTimezone, operatingSchedule }: ProfileChange,
): BusinessProfile {
  if (businessTimezone === undefined || operatingSchedule === undefined) {
    const missing = Object.entries({ businessTimezone, operatingSchedule });
    throw new InvalidRequest(
      missing
        .filter(([, value]) => value === undefined)
        .map(([field]) => ({ in: 'body', field, message: 'is needed for a first profile' })),
    );
  }
  return {
    agentId,
    userId,
    businessName: null,
    businessPhone: null,
    typeOfBusiness: null,
    businessSummary: null,
    additionalContext: null,
    businessTimezone,
    operatingSchedule,
    defaultAppointmentLength: 60,
    bookingRules: BookingRules.parse({}),
    services: [],
    takesBookings: true,
  };
}

type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function withoutUndefined(change: ProfileChange): Given<ProfileChange> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

async function storeProfile(tx: Db, profile: BusinessProfile): Promise<void> {
  await tx.query(
    `insert into business_profiles
       (user_id, agent_id, business_name, business_phone, type_of_business, business_summary,
        additional_context, business_timezone, operating_schedule, default_appointment_length,
        booking_rules, services, takes_bookings)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (agent_id) do update set
       business_name = excluded.business_name, business_phone = excluded.business_phone,
       type_of_business = excluded.type_of_business, business_summary = excluded.business_summary,
       additional_context = excluded.additional_context,
       business_timezone = excluded.business_timezone,
       operating_schedule = excluded.operating_schedule,
       default_appointment_length = excluded.default_appointment_length,
       booking_rules = excluded.booking_rules, services = excluded.services,
       takes_bookings = excluded.takes_bookings
     where business_profiles.user_id = $1`,
    [
      profile.userId,
      profile.agentId,
      profile.businessName,
      profile.businessPhone,
      profile.typeOfBusiness,
      profile.businessSummary,
      profile.additionalContext,
      profile.businessTimezone,
      JSON.stringify(profile.operatingSchedule),
      profile.defaultAppointmentLength,
      JSON.stringify(profile.bookingRules),
      JSON.stringify(profile.services),
      profile.takesBookings,
    ],
  );
}
