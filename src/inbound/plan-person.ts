import type { Customer, IdentityChanged, MessageReceived } from '../channels/inbound-event.ts';
import { personKey } from './inbound-facts.ts';
import type { Planning } from './plan-message.ts';

/**
 * The contact that a customer's addresses stand for, new if none is known. The address to send to
 * decides; the others follow it, so that one person stays one contact whichever address comes alone later.
 */
export function personOf(planning: Planning, userId: string, customer: Customer): string {
  const known = customer.addresses
    .map((address) => contactAt(planning, personKey(userId, address)))
    .find((contactId) => contactId !== undefined);
  const contactId = known ?? planning.newId('con');
  if (known === undefined) {
    planning.plan.contacts.push({
      contact_id: contactId,
      user_id: userId,
      name: customer.name ?? null,
      username: customer.username ?? null,
    });
  } else {
    rename(planning, userId, contactId, customer);
  }
  for (const address of customer.addresses) claimAddress(planning, userId, contactId, address);
  return contactId;
}

/** Gives the new address to the contact of the old one. An old address nobody knows changes nothing. */
export function changeAddress(planning: Planning, userId: string, event: IdentityChanged): void {
  const contactId = contactAt(planning, personKey(userId, event.previous));
  if (contactId === undefined) return;
  claimAddress(planning, userId, contactId, event.current);
  planning.plan.addressChanges.push({
    user_id: userId,
    contact_id: contactId,
    previous_address: event.previous.address,
    current_address: event.current.address,
  });
}

/** Has the provider asked who wrote, the first time and then once in a while, where it does not say so by itself. */
export function wantProfile(
  planning: Planning,
  userId: string,
  contactId: string,
  { account, content, from }: MessageReceived,
): void {
  // Who followed a link has not written yet, and the provider would not say.
  if (content.type === 'system' || !planning.hasProfiles(account.platform)) return;
  const stored = planning.facts.people.get(personKey(userId, from.addresses[0]));
  const { profiles } = planning.plan;
  if (stored?.isProfileOld === false || profiles.some((one) => one.contact_id === contactId))
    return;
  profiles.push({ user_id: userId, contact_id: contactId });
}

function contactAt(planning: Planning, key: string): string | undefined {
  return planning.people.get(key) ?? planning.facts.people.get(key)?.contactId;
}

function claimAddress(
  planning: Planning,
  userId: string,
  contactId: string,
  address: { kind: string; address: string },
): void {
  const key = `${userId} ${address.kind} ${address.address}`;
  const owner = contactAt(planning, key);
  if (owner === contactId) return;
  planning.people.set(key, contactId);
  const { identities } = planning.plan;
  const earlier = identities.findIndex(
    (one) => `${one.user_id} ${one.kind} ${one.address}` === key,
  );
  if (earlier >= 0) identities.splice(earlier, 1);
  identities.push({
    user_id: userId,
    kind: address.kind,
    address: address.address,
    contact_id: contactId,
    moves: planning.facts.people.has(key),
    changes_hands: owner !== undefined,
  });
}

function rename(planning: Planning, userId: string, contactId: string, customer: Customer): void {
  const stored = customer.addresses
    .map((address) => planning.facts.people.get(personKey(userId, address)))
    .find((person) => person?.contactId === contactId);
  if (stored === undefined) return;
  const name = stored.isNamedByHand ? stored.name : (customer.name ?? stored.name);
  const username = customer.username ?? stored.username;
  if (name === stored.name && username === stored.username) return;
  const { renamedContacts } = planning.plan;
  const again = renamedContacts.find((one) => one.contact_id === contactId);
  if (again === undefined) {
    renamedContacts.push({ contact_id: contactId, user_id: userId, name, username });
    return;
  }
  again.name = name;
  again.username = username;
}
