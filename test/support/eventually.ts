import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer other than undefined or false. Throws when `withinMs` are over,
 * naming what it waited for. Tests wait for conditions with this, never for a length of time.
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<Answer> {
  const { withinMs = 15_000, everyMs = 10 } = options;
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${withinMs} ms`);
    await pause(everyMs);
  }
}
