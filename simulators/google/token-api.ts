import { createHash } from 'node:crypto';
import { type Exchange, readBody } from '../lib/http.ts';
import type { JsonObject } from '../lib/json.ts';
import { googlePaths } from './paths.ts';
import { serve } from './serve.ts';
import { type Grant, ownerOf } from './tokens.ts';
import type { GoogleWorld } from './world.ts';

type Given = { status: number; body: JsonObject };

/** Answers `…/token` and `…/revoke`, or lets them go wrong as a fault says. */
export async function answerGoogleTokens(world: GoogleWorld, exchange: Exchange): Promise<void> {
  const form = new URLSearchParams((await readBody(exchange.request)).toString());
  const isRevocation = exchange.path === `${googlePaths.tokens}/revoke`;
  const token = revokedToken(exchange, form);
  const account = isRevocation
    ? ownerOf(token)
    : (ownerOf(form.get('refresh_token') ?? '') ??
      world.tokens.codes.get(form.get('code') ?? '')?.email);
  await serve(
    world,
    exchange,
    {
      target: isRevocation ? 'revoke' : 'token',
      account,
      body: withoutSecrets(form),
      faultBody: ({ reason, message }) => ({ error: reason, error_description: message ?? reason }),
    },
    () => (isRevocation ? revoke(world, token) : give(world, form)),
  );
}

function give(world: GoogleWorld, form: URLSearchParams): Given {
  if (form.get('client_secret') !== world.settings.googleClientSecret || !form.get('client_id')) {
    return refusal(401, 'invalid_client', 'Unauthorized');
  }
  const type = form.get('grant_type');
  if (type === 'authorization_code') return redeem(world, form);
  if (type === 'refresh_token') return refresh(world, form);
  return refusal(400, 'unsupported_grant_type', `Invalid grant_type: ${type}`);
}

function redeem(world: GoogleWorld, form: URLSearchParams): Given {
  const word = form.get('code') ?? '';
  const code = world.tokens.codes.get(word);
  world.tokens.codes.delete(word);
  if (code === undefined || code.expiresAt <= world.now()) {
    return refusal(400, 'invalid_grant', 'Malformed auth code.');
  }
  if (code.clientId !== form.get('client_id')) return refusal(400, 'invalid_grant', 'Bad Request');
  if (code.redirectUri !== form.get('redirect_uri')) {
    return refusal(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  const proof = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (proof !== code.challenge) return refusal(400, 'invalid_grant', 'Invalid code verifier.');
  const refreshToken = code.isOffline
    ? { refresh_token: world.tokens.refresh(code, world.now()) }
    : {};
  return { status: 200, body: { ...accessFields(world, code), ...refreshToken } };
}

function refresh(world: GoogleWorld, form: URLSearchParams): Given {
  const grant = world.tokens.read(form.get('refresh_token') ?? '', 'refresh', world.now());
  if (grant === undefined) {
    return refusal(400, 'invalid_grant', 'Token has been expired or revoked.');
  }
  world.accounts.of(grant.email).refreshes += 1;
  world.counters.googleTokenRefreshes += 1;
  return { status: 200, body: accessFields(world, grant) };
}

function accessFields(world: GoogleWorld, { email, scopes }: Grant): JsonObject {
  const lifeMs = world.settings.googleTokenLifeMs;
  return {
    access_token: world.tokens.access({ email, scopes }, { now: world.now(), lifeMs }),
    expires_in: Math.max(1, Math.floor(lifeMs / 1000)),
    scope: scopes.join(' '),
    token_type: 'Bearer',
  };
}

function revoke(world: GoogleWorld, token: string): Given {
  const email = ownerOf(token);
  const isGood = (['access', 'refresh'] as const).some(
    (kind) => world.tokens.read(token, kind, world.now()) !== undefined,
  );
  if (email === undefined || !isGood) {
    return refusal(400, 'invalid_token', 'Token expired or revoked');
  }
  world.tokens.revoke(email);
  world.accounts.of(email).knownApps.clear();
  return { status: 200, body: {} };
}

function refusal(status: number, error: string, description: string): Given {
  return { status, body: { error, error_description: description } };
}

function revokedToken({ query }: Exchange, form: URLSearchParams): string {
  return form.get('token') ?? new URLSearchParams(query).get('token') ?? '';
}

const shownFields = ['grant_type', 'client_id', 'redirect_uri'];

function withoutSecrets(form: URLSearchParams): JsonObject {
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, shownFields.includes(name) ? value : '…']),
  );
}
