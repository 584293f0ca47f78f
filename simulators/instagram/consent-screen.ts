import { type Exchange, sendBytes } from '../lib/http.ts';
import { consentPaths } from './paths.ts';
import type { InstagramWorld } from './world.ts';

const codeLifeMs = 60 * 60 * 1000;

/** The account that the screen offers to who chooses none. */
const offeredAccount = '17841400000000001';

/** Whether a request is for one of the two pages on which a business is asked. */
export function isConsentScreen({ path }: Exchange): boolean {
  const { instagram, facebook } = consentPaths;
  return [instagram, facebook].some((one) => path.startsWith(`${one}/`));
}

/**
 * `…/oauth/authorize` and `…/dialog/oauth` show who asks for what, and `…/decide` is what its buttons lead to:
 * `decision=allow` with `accounts` (ids, divided by commas) and each allowed `scopes`, or `decision=deny`.
 */
export function answerConsentScreen(world: InstagramWorld, exchange: Exchange): void {
  exchange.request.resume();
  const asked = new URLSearchParams(exchange.query);
  const redirectUri = asked.get('redirect_uri');
  if (redirectUri === null || !URL.canParse(redirectUri) || asked.get('client_id') === null) {
    sendPage(exchange, 400, '<h1>Invalid platform app</h1>');
  } else if (exchange.path.endsWith('/decide')) {
    decide(world, exchange, { asked, redirectUri });
  } else {
    sendPage(exchange, 200, screen(asked, exchange.path));
  }
}

function decide(
  world: InstagramWorld,
  exchange: Exchange,
  { asked, redirectUri }: { asked: URLSearchParams; redirectUri: string },
): void {
  const back = new URL(redirectUri);
  if (asked.get('decision') === 'allow') {
    const code = world.newId('AQ');
    world.tokens.codes.set(code, {
      login: exchange.path.startsWith(consentPaths.facebook) ? 'facebook' : 'instagram',
      redirectUri,
      accountIds: (asked.get('accounts') ?? offeredAccount).split(',').map((id) => id.trim()),
      scopes: asked.getAll('scopes'),
      expiresAt: world.now() + codeLifeMs,
    });
    back.searchParams.set('code', code);
  } else {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_reason', 'user_denied');
    back.searchParams.set('error_description', 'The user denied your request.');
  }
  const state = asked.get('state');
  if (state !== null) back.searchParams.set('state', state);
  sendBytes(exchange.response, 302, Buffer.alloc(0), { location: `${back.href}#_` });
}

function screen(asked: URLSearchParams, path: string): string {
  const isFacebook = path.startsWith(consentPaths.facebook);
  const action = `${isFacebook ? consentPaths.facebook : consentPaths.instagram}/decide`;
  const kept = ['client_id', 'redirect_uri', 'state'].map(
    (name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name) ?? '')}">`,
  );
  const scopes = (asked.get('scope') ?? '')
    .split(/[ ,]/)
    .map(
      (scope) =>
        `<label><input type="checkbox" name="scopes" value="${escaped(scope)}" checked> ${escaped(scope)}</label><br>`,
    );
  return `<h1>Simulated ${isFacebook ? 'Facebook' : 'Instagram'}</h1>
<p>App ${escaped(asked.get('client_id') ?? '')} asks for your professional account. Nothing leaves this machine.</p>
<form method="get" action="${action}">
${kept.join('\n')}
<p><label>${isFacebook ? 'Accounts of your Pages, divided by commas' : 'Your account'}:
<input name="accounts" size="40" value="${offeredAccount}"></label></p>
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
