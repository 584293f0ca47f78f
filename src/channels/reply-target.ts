import { z } from 'zod';

/**
 * What an answer goes to where it does not go to a person's address: a public comment, which takes one private message
 * until a time. An answer keeps it in its content as `inReplyTo`.
 */
export const ReplyTarget = z.object({
  kind: z.literal('comment'),
  id: z.string().min(1),
  until: z.iso.datetime().transform((time) => new Date(time)),
});

export type ReplyTarget = z.infer<typeof ReplyTarget>;

const CommentContent = z.object({
  kind: z.literal('comment'),
  commentId: z.string().min(1),
  answerableUntil: z.iso.datetime(),
});

/** The comment that a message's content says it is; undefined for one that is none, or that nobody may answer by now. */
export function answerableComment(content: unknown, now: Date): ReplyTarget | undefined {
  const read = CommentContent.safeParse(content);
  if (!read.success) return undefined;
  const { commentId: id, answerableUntil } = read.data;
  const until = new Date(answerableUntil);
  return until > now ? { kind: 'comment', id, until } : undefined;
}
