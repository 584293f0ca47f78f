import type { Slot } from './storage.ts';

/** How far the visitor has read this conversation; null when nothing was noted of it. */
export function readMark(slot: Slot, conversationId: string | null): number | null {
  const [id, through] = slot.get('read')?.split(':') ?? [];
  return id !== undefined && id === conversationId ? Number(through) || 0 : null;
}

/** Notes how far they have, for the next page. */
export function noteRead(slot: Slot, conversationId: string | null, through: number): void {
  slot.set('read', `${conversationId}:${through}`);
}
