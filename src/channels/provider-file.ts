import { MediaTooLarge } from '../media/media-errors.ts';
import {
  ChannelRefused,
  ChannelUnavailable,
  MediaGone,
  MediaHostRefused,
} from './channel-errors.ts';
import type { FileAnswer, GraphHttp } from './graph-http.ts';

/** Which hosts may be asked for files: these and what is below them over TLS, and the APIs' own as configured. */
export type ProviderHosts = { hosts: readonly string[]; apiUrls: readonly string[] };

export type ProviderFile = {
  url: string;
  /** Left out where the address alone opens the file: a token goes nowhere without need. */
  accessToken?: string;
  maxBytes: number;
};

type Answered = Extract<FileAnswer, { kind: 'answered' }>;

const maxRedirects = 3;

/**
 * Asks one of the provider's hosts for a file, and no other: the address comes from outside. Follows a few redirects
 * from one of these hosts to another, if no token is with it. Answers whatever HTTP status there is at the end. Throws
 * MediaHostRefused, MediaTooLarge or ChannelUnavailable.
 */
export async function fetchProviderFile(
  http: GraphHttp,
  file: ProviderFile,
  allowed: ProviderHosts,
): Promise<Answered> {
  let url = file.url;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await fetchOnce(http, { ...file, url }, allowed);
    const next = answer.location === undefined ? null : URL.parse(answer.location, url);
    const isRedirect = answer.httpStatus >= 300 && answer.httpStatus < 400 && next !== null;
    if (!isRedirect || file.accessToken !== undefined || redirects === maxRedirects) return answer;
    url = next.href;
  }
}

async function fetchOnce(
  http: GraphHttp,
  file: ProviderFile,
  allowed: ProviderHosts,
): Promise<Answered> {
  if (!isProviderAddress(file.url, allowed)) {
    throw new MediaHostRefused('the file is not at one of the provider’s hosts');
  }
  const answer = await http.fetchFile(file);
  if (answer.kind === 'too_large') {
    throw new MediaTooLarge(`the file is larger than ${file.maxBytes} bytes`);
  }
  if (answer.kind !== 'answered') {
    throw new ChannelUnavailable(`the file did not arrive: ${answer.cause}`);
  }
  return answer;
}

/** What follows from a file that did not come with HTTP 200: gone, to be tried later, or refused. */
export function fileFailure(httpStatus: number): Error {
  if (httpStatus === 404 || httpStatus === 410) {
    return new MediaGone('the file is not at the provider any more');
  }
  return httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429
    ? new ChannelRefused({ code: httpStatus, text: `HTTP ${httpStatus}` })
    : new ChannelUnavailable(`HTTP ${httpStatus}`);
}

function isProviderAddress(address: string, { hosts, apiUrls }: ProviderHosts): boolean {
  const url = URL.parse(address);
  if (url === null) {
    return false;
  }
  const isTheirs = hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  const isApi = apiUrls.some((apiUrl) => url.origin === URL.parse(apiUrl)?.origin);
  return isApi || (isTheirs && url.protocol === 'https:');
}
