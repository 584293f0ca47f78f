import type { Exchange } from '../lib/http.ts';
import type { EventHub } from '../meta/phone-events.ts';

/** Lets a page follow simulated phones: those that the query's parameters of these names say, or all. */
export function openPhoneEvents(
  events: EventHub,
  { request, response, query }: Exchange,
  names: string[],
): void {
  const asked = new URLSearchParams(query);
  const last = request.headers['last-event-id'] ?? asked.get('after') ?? 'now';
  const after = last === 'now' ? Number.POSITIVE_INFINITY : Number(last);
  const filter = Object.fromEntries([...asked].filter(([name]) => names.includes(name)));
  events.subscribe(response, filter, after);
}
