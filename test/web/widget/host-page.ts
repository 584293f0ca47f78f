import { createServer } from 'node:http';

/** A page of a business, on an origin of its own. */
export type HostPage = {
  url: string;
  /** What stands in the page. */
  html: string;
  /** Its Content-Security-Policy; none at first. */
  policy: string | undefined;
  close(): Promise<void>;
};

/** Styles that a page might have, and that would ruin whatever is not out of their reach. */
export const hostileStyle = `
  * { all: unset; display: none !important; font: 40px/3 fantasy !important; color: lime !important }
  html, body { display: block !important }
  body { transform: scale(.5); overflow: hidden }
  button, div, section { position: static !important; opacity: .1 !important; transform: rotate(9deg) }
`;

/** Serves one page from a port of its own. */
export async function openHostPage(): Promise<HostPage> {
  const page: HostPage = {
    url: '',
    html: '',
    policy: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((_req, res) => {
    if (page.policy !== undefined) res.setHeader('content-security-policy', page.policy);
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(page.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  page.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  return page;
}

/** A shop's page with the chat in it. */
export function shopPage(options: {
  script: string;
  attributes?: string;
  language?: string;
  direction?: 'ltr' | 'rtl';
  style?: string;
}): string {
  const { script, attributes = '', language = 'en', direction = 'ltr', style = '' } = options;
  return `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>Casa Verde</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
  :root { color-scheme: light dark } body { margin: 0; font: 17px/1.6 Georgia, serif; background: Canvas; color: CanvasText }
  main { max-width: 760px; margin: 0 auto; padding: 48px 24px } ${style}</style></head>
<body><main><h1>Casa Verde</h1><p>Oak kitchens, made in Porto. <a href="#more">See how they are made</a>.</p>
<label>Search <input id="search"></label></main>
<script async src="${script}" ${attributes}></script></body></html>`;
}
