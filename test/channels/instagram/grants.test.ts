import { describe, expect, it } from '@jest/globals';
import type { GraphCall, GraphHttp } from '../../../src/channels/graph-http.ts';
import { facebookGrant } from '../../../src/channels/instagram/facebook-grant.ts';
import { instagramGrant } from '../../../src/channels/instagram/instagram-grant.ts';

const urls = {
  instagramGraphUrl: 'https://graph.instagram.example',
  graphUrl: 'https://graph.facebook.example',
  graphVersion: 'v25.0',
  instagramApiUrl: 'https://api.instagram.example',
};
const given = {
  app: { id: 'app', secret: 'a-secret-of-the-app' },
  code: 'a-code-that-came-back',
  redirectUri: 'https://rapport.example/oauth/instagram/callback',
};

type Scripted = { httpStatus: number; body: unknown } | 'no_answer';

/** Meta with the answers that a test gives it, in their order; any further call fails. */
function scriptedMeta(answers: Scripted[]): { http: GraphHttp; calls: GraphCall[] } {
  const calls: GraphCall[] = [];
  const http: GraphHttp = {
    request: async (call) => {
      const answer = answers[calls.length];
      calls.push(call);
      if (answer === undefined) throw new Error('the test did not expect this call');
      return answer === 'no_answer'
        ? { kind: 'no_answer', cause: 'timeout' }
        : { kind: 'answered', ...answer };
    },
    fetchFile: () => {
      throw new Error('no file is fetched for a grant');
    },
  };
  return { http, calls };
}

const ok = (body: unknown) => ({ httpStatus: 200, body });
const scopes = ['instagram_business_basic', 'instagram_business_manage_messages'];
const short = { access_token: 'IGQ-short', user_id: 26_123_456_789_012_344 };
const lasting = ok({ access_token: 'IGA-long', token_type: 'bearer', expires_in: 5_183_944 });
const me = ok({ user_id: '17841400000000001', username: 'casa_verde', id: '261' });

describe('instagramGrant', () => {
  it.each([
    [{ ...short, permissions: scopes.join(',') }],
    [{ ...short, permissions: scopes }],
    [{ data: [{ ...short, permissions: scopes.join(',') }] }],
    [short],
  ])('reads each form in which Meta gives the first token: %j', async (first) => {
    const { http } = scriptedMeta([ok(first), lasting, me]);

    expect(await instagramGrant(http, urls, given)).toEqual({
      granted: true,
      accounts: [
        {
          accountId: '17841400000000001',
          accessToken: 'IGA-long',
          name: '@casa_verde',
          tokenLivesForMs: 5_183_944_000,
        },
      ],
    });
  });

  it('asks no further when a permission is missing', async () => {
    const { http, calls } = scriptedMeta([ok({ ...short, permissions: [scopes[0]] })]);

    const grant = await instagramGrant(http, urls, given);

    expect(grant).toMatchObject({ granted: false, because: 'missing_permissions' });
    expect(calls).toHaveLength(1);
  });

  it('says why Meta refuses, without the secret or the code', async () => {
    const said = `Invalid ${given.code} for ${given.app.secret}`;
    const { http } = scriptedMeta([
      { httpStatus: 400, body: { error_type: 'OAuthException', code: 400, error_message: said } },
    ]);

    const grant = await instagramGrant(http, urls, given);

    expect(grant).toEqual({
      granted: false,
      because: 'refused',
      text: 'Invalid [token] for [token]',
    });
  });

  it.each([
    ['no answer', 'no_answer' as const],
    ['an error that passes', { httpStatus: 500, body: { error: { code: 2, message: 'again' } } }],
    ['too many calls', { httpStatus: 400, body: { error: { code: 4, message: 'again' } } }],
    ['a page', { httpStatus: 200, body: '<html>' }],
  ])('asks to be tried again after %s at any step', async (_, answer) => {
    for (const before of [[], [ok(short)], [ok(short), lasting]]) {
      const { http } = scriptedMeta([...before, answer]);

      await expect(instagramGrant(http, urls, given)).rejects.toMatchObject({
        code: 'channel.unavailable',
      });
    }
  });
});

describe('facebookGrant', () => {
  it('sends a person’s token as a header, and reads the lists of Pages to their end', async () => {
    const permission = [
      'instagram_basic',
      'instagram_manage_messages',
      'pages_show_list',
      'pages_manage_metadata',
    ].map((one) => ({ permission: one, status: 'granted' }));
    const page = (id: string) => ({
      id: `5${id}`,
      name: 'A page',
      access_token: `EAA-${id}`,
      instagram_business_account: { id },
    });
    const { http, calls } = scriptedMeta([
      ok({ access_token: 'EAA-short' }),
      ok({ access_token: 'EAA-person' }),
      ok({ data: permission }),
      ok({
        data: [page('1'), { id: 'without account' }],
        paging: { next: 'https://x', cursors: { after: 'next page' } },
      }),
      ok({ data: [page('2')], paging: { cursors: { after: 'the end' } } }),
    ]);

    const grant = await facebookGrant(http, urls, given);

    expect(grant).toMatchObject({
      granted: true,
      accounts: [
        { accountId: '1', accessToken: 'EAA-1', name: 'A page', tokenLivesForMs: null },
        { accountId: '2', accessToken: 'EAA-2' },
      ],
    });
    expect(calls.slice(2).map(({ accessToken }) => accessToken)).toEqual([
      'EAA-person',
      'EAA-person',
      'EAA-person',
    ]);
    expect(calls.slice(2).filter(({ url }) => url.includes('EAA'))).toEqual([]);
    expect(new URL(calls.at(-1)?.url ?? '').searchParams.get('after')).toBe('next page');
  });
});
