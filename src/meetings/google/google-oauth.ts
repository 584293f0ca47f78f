import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type GraphAnswer, type GraphHttp, graphHttp } from '../../channels/graph-http.ts';
import { cutText } from '../../lib/safe-text.ts';
import { CalendarUnavailable } from '../calendar-errors.ts';
import { scopes } from './scopes.ts';

/** Tokens that Google gave, in clear: never log them. */
export type GoogleTokens = {
  accessToken: string;
  /** Google gives one with a consent, and seldom with a renewal. */
  refreshToken: string | null;
  livesForMs: number;
  /** What they allow; null where Google does not say, and then it is as before. */
  scopes: string[] | null;
};

/** What came of a code or of a refresh token; `text` says it in words, without tokens. */
export type TokenAnswer = { given: true; tokens: GoogleTokens } | { given: false; text: string };

/** How businesses let us into their calendars, by Google's own page. Throws CalendarUnavailable where Google does not answer. */
export interface GoogleOAuth {
  /** Where the business's browser is sent. */
  consentUrl(request: { state: string; redirectUri: string }): string;
  /** Turns the code that came back with this state into tokens. */
  redeem(request: { state: string; code: string; redirectUri: string }): Promise<TokenAnswer>;
  /** A new access token. It is not given when the business took its leave back. */
  refresh(refreshToken: string): Promise<TokenAnswer>;
  /** Gives back what the business allowed, with every token of it. One that is no more is fine. */
  revoke(refreshToken: string): Promise<void>;
}

export type GoogleOAuthOptions = {
  app: { id: string; secret: string };
  /** `https://accounts.google.com/o/oauth2/v2/auth`, or a simulator's. */
  authUrl: string;
  /** `https://oauth2.googleapis.com/token`, or a simulator's. */
  tokenUrl: string;
  /** `https://oauth2.googleapis.com/revoke`, or a simulator's. */
  revokeUrl: string;
  timeoutMs: number;
  /** A secret for a purpose, the same in every process. */
  derive: (purpose: string) => string;
};

/** Google as one that businesses are asked at. PKCE's verifier comes from the state, so that nothing is kept for it. */
export function googleOAuth(options: GoogleOAuthOptions): GoogleOAuth {
  const { app, authUrl, tokenUrl, revokeUrl, timeoutMs, derive } = options;
  const http = graphHttp({ timeoutMs, maxSockets: 16 });
  const ask = (form: Record<string, string>) =>
    askForTokens(http, tokenUrl, { client_id: app.id, client_secret: app.secret, ...form });
  const verifierOf = (state: string): string => derive(`google pkce ${state}`);
  return {
    consentUrl: ({ state, redirectUri }) => {
      const query = new URLSearchParams({
        client_id: app.id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: scopes.join(' '),
        access_type: 'offline',
        // Without it Google gives no refresh token to whoever has allowed it before.
        prompt: 'consent',
        include_granted_scopes: 'true',
        code_challenge: createHash('sha256').update(verifierOf(state)).digest('base64url'),
        code_challenge_method: 'S256',
        state,
      });
      return `${authUrl}?${query}`;
    },
    redeem: ({ state, code, redirectUri }) =>
      ask({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifierOf(state),
        redirect_uri: redirectUri,
      }),
    refresh: (refreshToken) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: async (refreshToken) => {
      const answer = await post(http, revokeUrl, { token: refreshToken });
      // 400 is a token that is no more.
      if (answer.httpStatus >= 300 && answer.httpStatus !== 400) throw unavailable(answer);
    },
  };
}

const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
});

/** The only error of a token request that says something of the tenant: every other is the installation's, or Google's. */
const Refused = z.object({
  error: z.literal('invalid_grant'),
  error_description: z.string().optional().catch(undefined),
});

async function askForTokens(
  http: GraphHttp,
  url: string,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  const answer = await post(http, url, form);
  const refused = Refused.safeParse(answer.body).data;
  if (answer.httpStatus === 400 && refused !== undefined) {
    return { given: false, text: cutText(refused.error_description ?? refused.error, 200) };
  }
  const read = Tokens.safeParse(answer.body);
  if (answer.httpStatus !== 200 || !read.success) throw unavailable(answer);
  const { access_token, refresh_token, expires_in, scope } = read.data;
  return {
    given: true,
    tokens: {
      accessToken: access_token,
      refreshToken: refresh_token ?? null,
      livesForMs: expires_in * 1_000,
      scopes: scope?.split(' ') ?? null,
    },
  };
}

/** One call, whose failures name neither token nor secret. */
async function post(
  http: GraphHttp,
  url: string,
  form: Record<string, string>,
): Promise<GraphAnswer> {
  const answer = await http.request({ method: 'POST', url, form });
  if (answer.kind === 'answered') return answer;
  throw new CalendarUnavailable(`Google did not answer about a token: ${answer.cause}`);
}

const ErrorName = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) });

function unavailable({ httpStatus, body, retryAfterMs }: GraphAnswer): CalendarUnavailable {
  const name = ErrorName.safeParse(body).data?.error ?? 'no reason given';
  return new CalendarUnavailable(
    `Google answered about a token with ${httpStatus} ${name}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}
