/** A page as a browser has it in the end, and the addresses it went through. */
export type Visited = {
  status: number;
  text: string;
  url: string;
  hops: string[];
  headers: Headers;
};

/** What a person does on the provider's page. */
export type Decision = {
  decision: 'allow' | 'deny';
  accounts?: string[];
  withoutScopes?: string[];
};

/** A browser of its own: it keeps its cookies for one host, and follows redirects. */
export type OAuthBrowser = {
  visit(url: string): Promise<Visited>;
  /** Begins with a link and answers where the provider's page would lead after the decision. */
  decide(startUrl: string, decision: Decision): Promise<string>;
  /** Begins, decides and comes back. */
  connect(startUrl: string, decision: Decision): Promise<Visited>;
};

/** Opens a browser without cookies. */
export function oauthBrowser(): OAuthBrowser {
  const cookies = new Map<string, string>();
  const ask = async (url: string): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const visit = async (first: string): Promise<Visited> => {
    const hops: string[] = [];
    let url = first;
    for (;;) {
      hops.push(url);
      const answer = await ask(url);
      const next = answer.headers.get('location');
      const { status, headers } = answer;
      if (next === null) return { status, text: await answer.text(), url, hops, headers };
      url = new URL(next, url).href;
    }
  };
  const decide = async (startUrl: string, wanted: Decision): Promise<string> => {
    const consent = await visit(startUrl);
    if (!consent.text.includes('Simulated')) throw new Error(`no consent page: ${consent.text}`);
    const url = new URL(consent.url);
    const scopes = (url.searchParams.get('scope') ?? '').split(/[ ,]/);
    url.pathname = url.pathname.replace(/^(\/[^/]+)\/.*$/, '$1/decide');
    url.searchParams.set('decision', wanted.decision);
    if (wanted.accounts !== undefined) url.searchParams.set('accounts', wanted.accounts.join(','));
    for (const scope of scopes.filter((one) => !wanted.withoutScopes?.includes(one))) {
      url.searchParams.append('scopes', scope);
    }
    const back = (await ask(url.href)).headers.get('location');
    if (back === null) throw new Error('the provider sent nobody back');
    return back;
  };
  return {
    visit,
    decide,
    connect: async (startUrl, decision) => visit(await decide(startUrl, decision)),
  };
}
