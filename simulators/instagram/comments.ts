import { type JsonObject, numberAt, objectAt, textAt } from '../lib/json.ts';
import type { InstagramError } from './errors.ts';
import { type EventFacts, instagramEnvelope } from './payloads.ts';
import type { InstagramWorld } from './world.ts';

/** A comment below something of an account, as long as it stands. */
export type Comment = {
  accountId: string;
  customer: string;
  atMs: number;
  isAnswered: boolean;
  isDeleted: boolean;
};

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** Lets somebody comment, in one of the two shapes of comments; `deleted` is gone by the time that it is answered. */
export function writeComment(
  world: InstagramWorld,
  { id, facts, body }: { id: string; facts: EventFacts; body: JsonObject },
): JsonObject {
  const { accountId, customer, atMs } = facts;
  const isDeleted = body['deleted'] === true;
  world.comments.set(id, { accountId, customer, atMs, isAnswered: false, isDeleted });
  const parent = textAt(body, 'parentId');
  const value = {
    id,
    from: { id: customer, username: `user_${customer.slice(-4)}`, ...objectAt(body, 'from') },
    text: textAt(body, 'text') ?? '',
    media: { id: '17900000000000009', media_product_type: 'FEED', ...objectAt(body, 'media') },
    ...(parent === undefined ? {} : { parent_id: parent }),
  };
  const shape = body['shape'] === 'changes' ? 'changes' : 'flat';
  const field = textAt(body, 'field') ?? 'comments';
  return instagramEnvelope(accountId, [value], { shape, field, timeMs: secondsOf(body, atMs) });
}

/** Comments come with the time in seconds by one login and in milliseconds by the other. */
function secondsOf(body: JsonObject, atMs: number): number {
  return body['shape'] === 'changes' ? Math.floor(atMs / 1000) : (numberAt(body, 'time') ?? atMs);
}

/** Why a comment takes no private reply: it is not there, it is old, it had its one. */
export function privateReplyFault(
  world: InstagramWorld,
  accountId: string,
  commentId: string,
): InstagramError | undefined {
  const comment = world.comments.get(commentId);
  if (comment === undefined || comment.isDeleted || comment.accountId !== accountId) {
    const message = `Unsupported post request. Object with ID '${commentId}' does not exist`;
    return { code: 100, subcode: 33, message };
  }
  if (comment.isAnswered) {
    return { code: 10900, message: '(#10900) Activity already replied to' };
  }
  return world.now() - comment.atMs > weekMs
    ? { code: 10903, message: '(#10903) This activity is too old to be replied to' }
    : undefined;
}
