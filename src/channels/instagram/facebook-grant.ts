import { z } from 'zod';
import type { Grant, GrantedAccount } from '../consent.ts';
import { OptionalText, ProviderId } from '../fields.ts';
import type { GraphHttp } from '../graph-http.ts';
import { askMeta, missingPermissions, refused, type Step } from './ask-meta.ts';
import type { CodeToRedeem } from './consent.ts';
import type { InstagramUrls } from './login.ts';

const needed = [
  'instagram_basic',
  'instagram_manage_messages',
  'pages_show_list',
  'pages_manage_metadata',
];

/** What Facebook's login asks the business for; without the last two it works, too. */
export const facebookScopes = [...needed, 'instagram_manage_comments', 'pages_read_engagement'];

const UserToken = z.object({ access_token: z.string().min(1) });

const Permissions = z.object({
  data: z.array(z.object({ permission: z.string(), status: z.string() })),
});

/** A Page that has no account on Instagram, or may not be acted for, is read and left out. */
const Page = z.object({
  name: OptionalText,
  access_token: OptionalText,
  instagram_business_account: z
    .object({ id: ProviderId.max(100), username: OptionalText })
    .optional()
    .catch(undefined),
});

const Pages = z.object({
  data: z.array(Page),
  paging: z
    .object({ next: OptionalText, cursors: z.object({ after: OptionalText }).optional() })
    .optional()
    .catch(undefined),
});

/** More Pages than these nobody lets us into at once. */
const maxPagesAsked = 20;

/** A code of Facebook's login: a person's token, a lasting one, and the tokens of the Pages with an account on Instagram. */
export async function facebookGrant(
  http: GraphHttp,
  urls: InstagramUrls,
  { app, code, redirectUri }: CodeToRedeem,
): Promise<Grant> {
  const root = `${urls.graphUrl.replace(/\/+$/, '')}/${urls.graphVersion}`;
  const client = { client_id: app.id, client_secret: app.secret };
  const exchange = (given: Record<string, string>, secrets: string[]) => {
    const url = `${root}/oauth/access_token?${new URLSearchParams({ ...client, ...given })}`;
    return askMeta(http, { method: 'GET', url }, UserToken, [app.secret, ...secrets]);
  };
  const short = await exchange({ redirect_uri: redirectUri, code }, [code]);
  if (!short.ok) return short.refusal;
  const shortToken = short.value.access_token;
  // The Pages' tokens have no end only if the person's token is a lasting one.
  const lasting = { grant_type: 'fb_exchange_token', fb_exchange_token: shortToken };
  const long = await exchange(lasting, [shortToken]);
  if (!long.ok) return long.refusal;
  const accessToken = long.value.access_token;
  const permissions = await askMeta(
    http,
    { method: 'GET', url: `${root}/me/permissions`, accessToken },
    Permissions,
    [accessToken],
  );
  if (!permissions.ok) return permissions.refusal;
  const given = permissions.value.data.filter(({ status }) => status === 'granted');
  const missing = missingPermissions(
    needed,
    given.map(({ permission }) => permission),
  );
  if (missing !== undefined) return missing;
  const accounts = await readAccounts(http, root, accessToken);
  if (!accounts.ok) return accounts.refusal;
  return accounts.value.length > 0
    ? { granted: true, accounts: accounts.value }
    : refused(
        'no_accounts',
        'None of the Facebook Pages that you chose has a professional Instagram account linked to it. Link it on the Page, and choose that Page when you are asked again.',
      );
}

async function readAccounts(
  http: GraphHttp,
  root: string,
  accessToken: string,
): Promise<Step<GrantedAccount[]>> {
  const fields = 'id,name,access_token,instagram_business_account{id,username}';
  const accounts: GrantedAccount[] = [];
  let after: string | undefined;
  for (let asked = 0; asked < maxPagesAsked; asked += 1) {
    const query = new URLSearchParams({
      fields,
      limit: '100',
      ...(after === undefined ? {} : { after }),
    });
    const url = `${root}/me/accounts?${query}`;
    const page = await askMeta(http, { method: 'GET', url, accessToken }, Pages, [accessToken]);
    if (!page.ok) return page;
    accounts.push(...page.value.data.flatMap(accountOf));
    const { paging } = page.value;
    after = paging?.next === undefined ? undefined : paging.cursors?.after;
    if (after === undefined) break;
  }
  return { ok: true, value: accounts };
}

function accountOf(page: z.infer<typeof Page>): GrantedAccount[] {
  const { access_token: accessToken, instagram_business_account: account, name } = page;
  if (accessToken === undefined || account === undefined) return [];
  const shown = account.username === undefined ? (name ?? account.id) : `@${account.username}`;
  return [{ accountId: account.id, accessToken, name: shown, tokenLivesForMs: null }];
}
