import type { Exchange } from '../lib/http.ts';
import { sendJson } from '../lib/http.ts';
import { type JsonObject, objectAt, textAt } from '../lib/json.ts';
import { type InstagramError, sendInstagramError } from './errors.ts';
import type { InstagramWorld } from './world.ts';

/** Who a customer is; the provider tells it once they have written. */
export type Profile = { name: string; username: string };

const known = new Set([
  'name',
  'username',
  'profile_pic',
  'follower_count',
  'is_user_follow_business',
  'is_business_follow_user',
  'is_verified_user',
]);

/** Whether an account's token asks for a customer, and not for the account itself. */
export function isProfileQuery(query: string): boolean {
  return query.startsWith('fields=name');
}

/** Keeps who wrote, as the control request says or made up from the id. */
export function noteProfile(world: InstagramWorld, customer: string, body: JsonObject): void {
  const from = objectAt(body, 'from');
  const before = world.profiles.get(customer);
  const end = customer.slice(-4);
  world.profiles.set(customer, {
    name: textAt(from, 'name') ?? before?.name ?? `Customer ${end}`,
    username: textAt(from, 'username') ?? before?.username ?? `user_${end}`,
  });
}

/** Answers who a customer is: not before they wrote, and not at all for a field too many. */
export async function describeCustomer(
  world: InstagramWorld,
  { response, query }: Exchange,
  customer: string,
): Promise<void> {
  world.counters.profilesAsked += 1;
  const fault = world.faults.take(
    ({ target, to }) => target === 'profile' && (to === undefined || to === customer),
  );
  if (fault?.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault?.action === 'hang') return;
  const fields = new URLSearchParams(query).get('fields')?.split(',') ?? [];
  const profile = world.profiles.get(customer);
  const error = fault?.action === 'error' ? fault.error : profileError(fields, profile);
  if (error !== undefined || profile === undefined) {
    sendInstagramError(response, error ?? { code: 2 }, world.newId('A'));
    return;
  }
  const asked = Object.entries(profile).filter(([field]) => fields.includes(field));
  sendJson(response, 200, { ...Object.fromEntries(asked), id: customer });
}

function profileError(fields: string[], profile: Profile | undefined): InstagramError | undefined {
  const unknown = fields.find((field) => !known.has(field));
  if (unknown !== undefined) {
    return { code: 100, message: `(#100) Tried accessing nonexisting field (${unknown})` };
  }
  return profile === undefined
    ? { code: 230, message: '(#230) User consent is required to access user profile' }
    : undefined;
}
