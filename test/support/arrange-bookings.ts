import type { Pool } from '../../src/lib/db.ts';
import type { Tenant } from './arrange.ts';
import { arrangePerson } from './arrange-meeting.ts';

const everyDay = (from: string, to: string) =>
  Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [{ from, to }]]),
  );

/** What a test may want other than a business in Lisbon that is open every day from 9 to 17. */
export type BookingsOptions = {
  timeZone?: string;
  hours?: [from: string, to: string];
  rules?: object;
  services?: object[];
  people?: string[];
  lengthMinutes?: number;
};

/** Lets a tenant's agent take bookings; answers who can be met. */
export async function arrangeBookings(
  owner: Pool,
  tenant: Tenant,
  options: BookingsOptions = {},
): Promise<string[]> {
  const { timeZone = 'Europe/Lisbon', hours = ['09:00', '17:00'], people = ['Rita'] } = options;
  await owner.query(
    `insert into business_profiles
       (agent_id, user_id, business_name, business_timezone, operating_schedule,
        default_appointment_length, booking_rules, services)
     values ($1, $2, 'Casa Verde', $3, $4, $5, $6, $7)`,
    [
      tenant.agentId,
      tenant.userId,
      timeZone,
      JSON.stringify({ hours: everyDay(...hours) }),
      options.lengthMinutes ?? 60,
      JSON.stringify({ stepMinutes: 60, minNoticeMinutes: 0, ...options.rules }),
      JSON.stringify(options.services ?? []),
    ],
  );
  const ids: string[] = [];
  for (const name of people) ids.push(await arrangePerson(owner, tenant, name));
  return ids;
}
