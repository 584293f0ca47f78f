import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, buildConnector, request } from 'undici';
import { z } from 'zod';
import { isPublicAddress } from '../../lib/public-address.ts';
import { retryAfterMs } from '../../llm/retry-after.ts';

/** A POST to an address that a tenant gave. */
export type PostCall = {
  url: string;
  headers: Record<string, string>;
  body: string;
  now: Date;
  /** See Notifier: awaited when the connection stands and before the first byte is written to it. */
  handingOver: () => Promise<void>;
};

/**
 * What came of it. `not_sent`: no byte was written. `no_answer`: the other side may have it. `forbidden`: the address
 * is not one that may be reached. `cause` is a code and never says where the call went.
 */
export type PostAnswer =
  | { kind: 'answered'; status: number; text: string; retryAfterMs: number | undefined }
  | { kind: 'not_sent'; cause: string }
  | { kind: 'no_answer'; cause: string }
  | { kind: 'forbidden'; cause: string };

/** POSTs to addresses of tenants. Throws only what `handingOver` rejects with. */
export type HttpPost = {
  post(call: PostCall): Promise<PostAnswer>;
  close(): Promise<void>;
};

export type HttpPostOptions = {
  /** Whether an address may lead to this machine or into the network that it stands in. */
  mayReachPrivateAddresses: boolean;
  timeoutMs?: number;
  /** How names become addresses; the system's way unless given. */
  lookup?: LookupFunction;
};

/** An address leads to where a tenant must not reach. */
class ForbiddenAddress extends Error {
  readonly code = 'ERR_FORBIDDEN_ADDRESS';
}

/** What is read of an answer; nobody needs more to tell what became of a POST. */
const maxAnswerBytes = 2_048;

/**
 * Connects anew for each POST, so that an old connection cannot end under one. Where a name leads is looked at in the
 * very lookup whose answer is connected to: a name that leads elsewhere a moment later gains nothing. No redirect is
 * followed. The whole takes at most `timeoutMs` (10 s).
 */
export function createHttpPost(options: HttpPostOptions): HttpPost {
  const { timeoutMs = 10_000, mayReachPrivateAddresses } = options;
  const dispatcher = new Agent({
    connect: mayReachPrivateAddresses
      ? { timeout: timeoutMs, ...(options.lookup === undefined ? {} : { lookup: options.lookup }) }
      : publicConnector(options.lookup ?? systemLookup, timeoutMs),
    allowH2: false,
    pipelining: 0,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    post: (call) => post(call, { dispatcher, timeoutMs }),
    close: () => dispatcher.destroy(),
  };
}

function publicConnector(lookup: LookupFunction, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({
    lookup: publicOnly(lookup),
    timeout: timeoutMs,
    allowH2: false,
  });
  return (target, callback) => {
    const hostname = target.hostname.replace(/^\[|\]$/g, '');
    // An address in digits is connected to without any lookup.
    if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) callback(new ForbiddenAddress(), null);
    else connect(target, callback);
  };
}

/** A lookup that knows public addresses only. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, wanted, callback) => {
    lookup(hostname, { ...wanted, all: true }, (error, found) => {
      if (error) {
        callback(error, '');
        return;
      }
      const addresses: LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const allowed = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (first === undefined) callback(new ForbiddenAddress(), '');
      else if (wanted.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

async function post(
  call: PostCall,
  { dispatcher, timeoutMs }: { dispatcher: Agent; timeoutMs: number },
): Promise<PostAnswer> {
  const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '') {
    return { kind: 'forbidden', cause: 'ERR_INVALID_URL' };
  }
  const signal = AbortSignal.timeout(timeoutMs);
  const body = Buffer.from(call.body);
  let handing: Promise<void> | undefined;
  let isHandedOver = false;
  // Nothing is written, not even the headers, before the body gives its first bytes.
  async function* handedOver() {
    handing = call.handingOver();
    await handing;
    signal.throwIfAborted();
    isHandedOver = true;
    yield body;
  }
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: {
        ...call.headers,
        'content-length': String(body.length),
        'user-agent': 'rapport',
      },
      body: Readable.from(handedOver(), { objectMode: false }),
      signal,
    });
    // A server may answer before it was sent anything.
    await handing;
    const header = (name: string) => [answer.headers[name]].flat()[0];
    return {
      kind: 'answered',
      status: answer.statusCode,
      text: await beginningOf(answer.body),
      retryAfterMs: retryAfterMs(header, call.now),
    };
  } catch (error) {
    // What the caller stored must have settled before it is told what became of it.
    await handing;
    const cause = codeOf(error);
    if (cause === 'ERR_FORBIDDEN_ADDRESS') return { kind: 'forbidden', cause };
    return { kind: isHandedOver ? 'no_answer' : 'not_sent', cause };
  }
}

/** The status says enough: a body that never ends or breaks off is as good as none. */
async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
      if (size >= maxAnswerBytes) break;
    }
  } catch {
    // Kept as far as it came.
  }
  return Buffer.concat(chunks).toString('utf8', 0, maxAnswerBytes);
}

const Failure = z.object({
  name: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
});

/** The failure's code alone: its message names hosts and addresses. */
function codeOf(error: unknown): string {
  const { name, code } = Failure.safeParse(error).data ?? {};
  if (name === 'TimeoutError') return 'timeout';
  return /^[A-Z][A-Z0-9_]{1,60}$/.exec(code ?? '')?.[0] ?? 'unknown';
}
