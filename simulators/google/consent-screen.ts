import { type Exchange, sendBytes } from '../lib/http.ts';
import { googlePaths } from './paths.ts';
import type { GoogleWorld } from './world.ts';

const codeLifeMs = 10 * 60 * 1000;
const kept = [
  'client_id',
  'redirect_uri',
  'state',
  'scope',
  'access_type',
  'prompt',
  'response_type',
  'code_challenge',
  'code_challenge_method',
];

/** The account that the page offers to who chooses none. */
export const offeredAccount = 'owner@casaverde.example';

/**
 * `…/o/oauth2/v2/auth` shows who asks for what, and `…/decide` is what its buttons lead to: `decision=allow` with
 * `accounts` (an e-mail address) and each allowed `scopes`, or `decision=deny`.
 */
export function answerGoogleConsent(world: GoogleWorld, exchange: Exchange): void {
  exchange.request.resume();
  const asked = new URLSearchParams(exchange.query);
  const problem = problemOf(asked);
  if (problem !== undefined) {
    sendPage(exchange, 400, `<h1>Access blocked</h1><p>${escaped(problem)}</p>`);
  } else if (exchange.path === `${googlePaths.consent}/decide`) decide(world, exchange, asked);
  else sendPage(exchange, 200, screen(asked));
}

/** PKCE is Google's advice and our rule. */
function problemOf(asked: URLSearchParams): string | undefined {
  const { redirect_uri: redirectUri = '', ...rest } = Object.fromEntries(asked);
  if (!URL.canParse(redirectUri)) return 'Error 400: redirect_uri_mismatch';
  if (!rest['client_id']) return 'Error 401: invalid_client';
  if (rest['response_type'] !== 'code') return 'Error 400: invalid_request: response_type';
  if (!rest['scope']) return 'Error 400: invalid_request: scope';
  if (!rest['code_challenge'] || rest['code_challenge_method'] !== 'S256') {
    return 'Error 400: invalid_request: code_challenge with S256 is missing';
  }
  return undefined;
}

function decide(world: GoogleWorld, { response }: Exchange, asked: URLSearchParams): void {
  const back = new URL(asked.get('redirect_uri') ?? '');
  const state = asked.get('state');
  if (state !== null) back.searchParams.set('state', state);
  const wanted = asked.get('scope')?.split(' ') ?? [];
  const scopes = asked.getAll('scopes').filter((one) => wanted.includes(one));
  if (asked.get('decision') === 'allow' && scopes.length > 0) {
    const clientId = asked.get('client_id') ?? '';
    const account = world.accounts.of(asked.get('accounts')?.trim() || offeredAccount);
    const code = world.newId('4/0A');
    world.tokens.codes.set(code, {
      clientId,
      email: account.email,
      scopes,
      redirectUri: asked.get('redirect_uri') ?? '',
      challenge: asked.get('code_challenge') ?? '',
      isOffline:
        asked.get('access_type') === 'offline' &&
        (asked.get('prompt') === 'consent' || !account.knownApps.has(clientId)),
      expiresAt: world.now() + codeLifeMs,
    });
    account.knownApps.add(clientId);
    back.searchParams.set('code', code);
    back.searchParams.set('scope', scopes.join(' '));
  } else back.searchParams.set('error', 'access_denied');
  sendBytes(response, 302, Buffer.alloc(0), { location: back.href });
}

function screen(asked: URLSearchParams): string {
  const hidden = kept
    .filter((name) => asked.has(name))
    .map(
      (name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name) ?? '')}">`,
    );
  const scopes = (asked.get('scope') ?? '')
    .split(' ')
    .map(
      (scope) =>
        `<label><input type="checkbox" name="scopes" value="${escaped(scope)}" checked> ${escaped(scope)}</label><br>`,
    );
  return `<h1>Simulated Google</h1>
<p>App ${escaped(asked.get('client_id') ?? '')} wants access to your account. Nothing leaves this machine.</p>
<form method="get" action="${googlePaths.consent}/decide">
${hidden.join('\n')}
<p><label>Your account: <input name="accounts" type="email" size="40" value="${offeredAccount}"></label></p>
<p>${scopes.join('\n')}</p>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Cancel</button>
</form>`;
}

function sendPage({ response }: Exchange, status: number, body: string): void {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated consent</title>${body}</html>`;
  sendBytes(response, status, Buffer.from(html), { 'content-type': 'text/html; charset=utf-8' });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
