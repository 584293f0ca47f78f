import { isbot } from 'isbot';

/** What is known of one request for a link. Headers in lower case, as node gives them. */
export type LinkRequest = {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  /** How long the link had been there, in milliseconds. */
  linkAgeMs: number;
};

/** Why a request was not a person's. */
export type NoClick =
  | 'head'
  | 'no_user_agent'
  | 'prefetch'
  | 'not_a_page'
  | 'bot'
  | 'scanner'
  | 'before_it_could_be_read';

export type ClickJudgement = { isCounted: true } | { isCounted: false; because: NoClick };

/**
 * From the moment that a link is made its message has yet to be stored, sent, shown, read and tapped: what asks
 * sooner looks ahead, whatever it calls itself.
 */
const soonestTapMs = 1_000;

/** Where browsers and their kin say that they fetch ahead, or to show a preview. */
const aheadHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const aheadWords = /prefetch|prerender|preview/i;

/** Mail and network guards that call themselves browsers (isbot 5.2 takes these for people). */
const scanners =
  /barracuda|mimecast|proofpoint|fireeye|trellix|forcepoint|zscaler|sophos|safelinks|ms-office|microsoft office|messagelabs|ironport|urlscan|virustotal|google-safety/i;

/**
 * Decides whether a person opened a link. Counts what may well be a person: a browser that hides what it is
 * doing cannot be told from one. Nothing is judged by the address it comes from, because customers share theirs
 * with machines (carriers, offices), and it is not kept.
 */
export function judgeClick(request: LinkRequest): ClickJudgement {
  const because = reasonAgainst(request);
  return because === undefined ? { isCounted: true } : { isCounted: false, because };
}

function reasonAgainst({ method, headers, linkAgeMs }: LinkRequest): NoClick | undefined {
  if (method !== 'GET') return 'head';
  const userAgent = textOf(headers['user-agent']).trim();
  if (userAgent === '') return 'no_user_agent';
  if (aheadHeaders.some((name) => aheadWords.test(textOf(headers[name])))) return 'prefetch';
  // A browser that opens a page says "document"; pictures, scripts and `fetch` say what they are.
  const destination = textOf(headers['sec-fetch-dest']);
  if (destination !== '' && destination !== 'document') return 'not_a_page';
  if (scanners.test(userAgent)) return 'scanner';
  if (isbot(userAgent)) return 'bot';
  if (linkAgeMs < soonestTapMs) return 'before_it_could_be_read';
  return undefined;
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : (header ?? '');
}
