import type { ConversationListeners } from './conversation-listeners.ts';
import { createConversationListeners } from './conversation-listeners.ts';
import type { EventStream } from './event-stream.ts';
import { comparePositions, type Position } from './position.ts';
import type { EventPage } from './read-events.ts';

/** A tenant with clients in this process, and how far it has been read. */
export type FeedTenant = {
  userId: string;
  after: Position;
  streams: Set<EventStream>;
  listeners: ConversationListeners;
};

/** A tenant that is read from here on, without clients yet. */
export function feedTenant(userId: string, after: Position): FeedTenant {
  return { userId, after, streams: new Set(), listeners: createConversationListeners() };
}

/** Gives each tenant's clients what was read for it, and moves each tenant on. */
export function handOut(readers: FeedTenant[], page: EventPage, pageSize: number): void {
  const byUser = Map.groupBy(page.events, ({ userId }) => userId);
  for (const tenant of readers) {
    const events = byUser.get(tenant.userId) ?? [];
    for (const event of events) {
      for (const stream of tenant.streams) {
        // A client that has just caught up may be ahead of its tenant.
        if (comparePositions(event.position, stream.position) > 0) stream.send(event);
      }
      tenant.listeners.tellStored(event);
    }
    const last = events.at(-1);
    tenant.after = last !== undefined && events.length >= pageSize ? last.position : page.horizon;
  }
}

/** Lets a stream share in its tenant's reads; false while it is behind them. */
export function joinStream(
  tenants: Map<string, FeedTenant>,
  userId: string,
  stream: EventStream,
): boolean {
  const tenant = tenants.get(userId) ?? feedTenant(userId, stream.position);
  if (comparePositions(stream.position, tenant.after) < 0) return false;
  tenants.set(userId, tenant);
  tenant.streams.add(stream);
  return true;
}
