/** A place in a tenant's events: behind the event with these numbers. They outgrow what a double holds. */
export type Position = { xid: bigint; eventId: bigint };

/** Negative when `a` comes before `b`, zero when they are the same place. */
export function comparePositions(a: Position, b: Position): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  if (a.eventId === b.eventId) return 0;
  return a.eventId < b.eventId ? -1 : 1;
}

/** The position as the id of an event on the wire. */
export function formatPosition({ xid, eventId }: Position): string {
  return `${xid}-${eventId}`;
}

const form = /^(\d{1,20})-(\d{1,19})$/;
const maxXid = 2n ** 64n - 1n;
const maxEventId = 2n ** 63n - 1n;

/** The position that an id on the wire stands for; undefined when it stands for none. */
export function parsePosition(text: string): Position | undefined {
  const [, xidText, eventIdText] = form.exec(text) ?? [];
  if (xidText === undefined || eventIdText === undefined) return undefined;
  const position = { xid: BigInt(xidText), eventId: BigInt(eventIdText) };
  return position.xid <= maxXid && position.eventId <= maxEventId ? position : undefined;
}
