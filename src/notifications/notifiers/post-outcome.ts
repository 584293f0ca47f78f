import type { NotifyOutcome } from '../notifier.ts';
import type { PostAnswer } from './http-post.ts';

/** What a provider's answers mean where it differs from HTTP's own words. */
export type AnswerReading = {
  /**
   * Whether a 5xx says that the message was surely not taken. Slack and Teams may have shown it before they
   * failed, so there nobody can tell. A receiver of signed webhooks has not taken what it does not answer 2xx,
   * and knows a repeated one by its id.
   */
  serverErrorIsRefusal: boolean;
  /** The word of the provider's for what is wrong; never text that could hold the address. */
  wordOf?: (body: string) => string | undefined;
};

/** "Not now": what these say was not done. */
const notNow = new Set([408, 425, 429]);

/**
 * What became of a message, by what its POST was answered. 503 with Retry-After is the other side's own word that it
 * took nothing and wants to be asked again; any other 5xx may come from half way.
 */
export function outcomeOfPost(answer: PostAnswer, reading: AnswerReading): NotifyOutcome {
  if (answer.kind === 'not_sent') return { outcome: 'retry', error: answer.cause };
  if (answer.kind === 'no_answer') return { outcome: 'unknown', error: answer.cause };
  if (answer.kind === 'forbidden')
    return { outcome: 'refused', error: forbiddenWords(answer.cause) };
  const { status, text, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  const word = reading.wordOf?.(text);
  const error = `HTTP ${status}${word === undefined ? '' : ` ${word}`}`;
  const asksAgain = status === 503 && retryAfterMs !== undefined;
  if (notNow.has(status) || asksAgain || (status >= 500 && reading.serverErrorIsRefusal)) {
    return { outcome: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 500) return { outcome: 'unknown', error };
  if (status < 400) return { outcome: 'refused', error: `${error}: redirects are not followed` };
  return { outcome: 'refused', error };
}

function forbiddenWords(cause: string): string {
  return cause === 'ERR_FORBIDDEN_ADDRESS'
    ? 'the address leads to this machine or into a private network'
    : 'the address is none that can be posted to';
}
