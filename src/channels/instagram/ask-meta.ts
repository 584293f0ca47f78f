import { z } from 'zod';
import { cutText } from '../../lib/safe-text.ts';
import { ChannelUnavailable } from '../channel-errors.ts';
import type { Grant } from '../consent.ts';
import { OptionalText } from '../fields.ts';
import type { GraphCall, GraphHttp } from '../graph-http.ts';
import { withoutToken } from '../without-token.ts';
import { classifyError, errorOf } from './errors.ts';

/** What a step on the way to a token came to. */
export type Step<Value> = { ok: true; value: Value } | { ok: false; refusal: Grant };

/** `api.instagram.com` says what is wrong in members of its own. */
const CodeError = z.object({ error_message: OptionalText });

/**
 * Takes one step: asks Meta and reads its answer. `secrets` are what the answer must not repeat to people. Throws
 * ChannelUnavailable where trying again may help.
 */
export async function askMeta<Value>(
  http: GraphHttp,
  call: GraphCall,
  schema: z.ZodType<Value>,
  secrets: string[],
): Promise<Step<Value>> {
  const answer = await http.request(call);
  if (answer.kind !== 'answered') throw new ChannelUnavailable(`no answer: ${answer.cause}`);
  if (answer.httpStatus === 200) {
    const read = schema.safeParse(answer.body);
    if (read.success) return { ok: true, value: read.data };
    // Names what is missing and quotes nothing: the answer has a token in it.
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw new ChannelUnavailable(`an answer that cannot be read, at ${where}`);
  }
  if (classifyError(answer).outcome !== 'refused') {
    // The operator reads it in the log: of a wrong app secret, too, Meta says no more than this.
    const { code, text } = errorOf(answer);
    throw new ChannelUnavailable(`code ${code}: ${hidden(text, secrets)}`);
  }
  const said = CodeError.safeParse(answer.body);
  const text = (said.success ? said.data.error_message : undefined) ?? errorOf(answer).text;
  return { ok: false, refusal: refused('refused', hidden(text, secrets)) };
}

/** A grant that is none, and why. */
export function refused(because: Extract<Grant, { granted: false }>['because'], text: string) {
  return { granted: false, because, text } as const;
}

/** Says which permissions are missing; undefined when none is, or when nobody said which were given. */
export function missingPermissions(
  needed: readonly string[],
  given: readonly string[] | undefined,
): Grant | undefined {
  const missing = given === undefined ? [] : needed.filter((one) => !given.includes(one));
  if (missing.length === 0) return undefined;
  return refused(
    'missing_permissions',
    `It was allowed without what is needed to answer customers: ${missing.join(', ')}. Leave these switched on when you are asked again.`,
  );
}

function hidden(text: string, secrets: string[]): string {
  return cutText(
    secrets.reduce((shown, secret) => withoutToken(shown, secret), text),
    300,
  );
}
