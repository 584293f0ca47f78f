import type { Deed } from './deed.ts';
import type { PromiseKind } from './promise-words.ts';

/**
 * Each kind of promise: the deeds of the same turn that keep it, and what the model is told when there is none.
 * What is booked already may be said after it was looked up; that something was done now, only after doing it.
 */
export const promiseKinds: Record<PromiseKind, { keptBy: Deed[]; asks: string }> = {
  booked: {
    keptBy: ['booked', 'moved'],
    asks: 'It says that something is booked, but you have booked nothing in this turn. Book it with your tool first, or say plainly that nothing is booked yet.',
  },
  stands: {
    keptBy: ['booked', 'moved', 'listed_meetings'],
    asks: 'It says that a meeting is agreed, but you have neither booked it nor looked it up in this turn. Do that with your tools first, or say plainly that you do not know.',
  },
  moved: {
    keptBy: ['moved'],
    asks: 'It says that a meeting is moved, but you have moved nothing in this turn. Move it with your tool first, or say plainly that it is not moved.',
  },
  cancelled: {
    keptBy: ['cancelled'],
    asks: 'It says that a meeting is cancelled, but you have cancelled nothing in this turn. Cancel it with your tool first, or say plainly that it is not cancelled.',
  },
  handed_over: {
    keptBy: ['handed_over', 'noted_wish', 'booked', 'moved', 'listed_meetings'],
    asks: 'It says that a person will take care of it, but nobody has been told. Hand the conversation over with your tool first, or leave that out.',
  },
  offered_link: {
    keptBy: ['offered_link'],
    asks: 'It speaks of a link or a button that is not there. Offer it with your tool first, or leave that out.',
  },
};

/** What the model is told after a reply that was not sent: why, and what to do instead. */
export function askToKeep(kinds: PromiseKind[]): string {
  const asks = kinds.map((kind) => promiseKinds[kind].asks).join(' ');
  return `\n\nYour last reply was not sent to the customer. ${asks} Then write the reply again, without mentioning this.`;
}
