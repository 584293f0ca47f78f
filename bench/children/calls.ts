import { z } from 'zod';

/** What parent and child say to each other: a call with its answer, or a note that nobody answers. */
const Call = z.object({ call: z.string(), id: z.number(), payload: z.unknown() });

export const CallAnswer = z.union([
  z.object({ answerTo: z.number(), value: z.unknown() }),
  z.object({ answerTo: z.number(), error: z.string() }),
]);

export const Note = z.object({ note: z.string(), value: z.unknown() });

export type CallHandler = (payload: unknown) => unknown;

/** Answers what the parent asks, and ends with the parent. */
export function answerCalls(handlers: Record<string, CallHandler>): void {
  process.on('message', (message) => {
    const read = Call.safeParse(message);
    if (read.success) void answer(handlers, read.data);
  });
  process.once('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
}

/** Tells the parent something that it does not answer. */
export function tellParent(note: string, value: unknown): void {
  process.send?.({ note, value });
}

async function answer(
  handlers: Record<string, CallHandler>,
  { call, id, payload }: z.infer<typeof Call>,
): Promise<void> {
  try {
    const handler = handlers[call];
    if (handler === undefined) throw new Error(`no such call: ${call}`);
    const value = await handler(payload);
    if (id !== 0) process.send?.({ answerTo: id, value });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (id === 0) process.stderr.write(`${text}\n`);
    else process.send?.({ answerTo: id, error: text });
  }
}
