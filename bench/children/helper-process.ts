import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { CallAnswer, Note } from './calls.ts';

/** A process of the bench's own: the load, the simulators or a floor. */
export type HelperProcess = {
  pid: number;
  ask<Answer>(call: string, payload: unknown, answer: z.ZodType<Answer>): Promise<Answer>;
  /** Says something that is not answered. */
  tell(call: string, payload: unknown): void;
  onNote(hear: (note: string, value: unknown) => void): void;
  stop(): Promise<void>;
};

/** Starts a file of the bench as a process; its path is relative to `bench/`. */
export function startHelper(path: string): HelperProcess {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const child = fork(file, {
    execArgv: ['--no-warnings'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const waiting = new Map<number, (answer: z.infer<typeof CallAnswer>) => void>();
  const hearers: ((note: string, value: unknown) => void)[] = [];
  let lastId = 0;
  child.on('message', (message) => {
    const answer = CallAnswer.safeParse(message);
    if (answer.success) {
      waiting.get(answer.data.answerTo)?.(answer.data);
      return;
    }
    const note = Note.safeParse(message);
    if (note.success) for (const hear of hearers) hear(note.data.note, note.data.value);
  });
  child.once('exit', (code) => {
    for (const [id, settle] of waiting) settle({ answerTo: id, error: `${path} ended (${code})` });
  });
  return {
    pid: child.pid ?? 0,
    ask: (call, payload, schema) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        const id = lastId;
        waiting.set(id, (answer) => {
          waiting.delete(id);
          if ('error' in answer) reject(new Error(answer.error));
          else resolve(schema.parse(answer.value));
        });
        child.send({ call, id, payload });
      }),
    tell: (call, payload) => {
      child.send({ call, id: 0, payload });
    },
    onNote: (hear) => {
      hearers.push(hear);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
