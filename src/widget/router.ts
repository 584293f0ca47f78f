import { Router } from 'express';
import { errorText } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { WidgetFile } from './bundle.ts';

export type WidgetRouterDeps = { bundle: () => Promise<WidgetFile>; log: Log };

/** `GET /widget.js`, and a way to have it ready before somebody asks. */
export type Widget = { router: Router; warmUp(): void };

const maxAgeSeconds = 300;

/**
 * Serves the chat's script to any page. It is made once, by whoever comes first; a making that failed is tried
 * again by the next.
 */
export function createWidget({ bundle, log }: WidgetRouterDeps): Widget {
  let made: Promise<WidgetFile> | undefined;
  const file = (): Promise<WidgetFile> => {
    made ??= bundle().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  const router = Router();
  router.get('/widget.js', async (req, res) => {
    const script = await file();
    const encoding = chooseEncoding((name) => req.acceptsEncodings(name) === name);
    res.set({
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': `public, max-age=${maxAgeSeconds}`,
      // Pages that ask for integrity or isolation load it as a shared resource.
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      Vary: 'Accept-Encoding',
      ETag: `"${script.etag}-${encoding}"`,
    });
    if (req.fresh) {
      res.status(304).end();
      return;
    }
    if (encoding !== 'identity') res.set('Content-Encoding', encoding);
    res.send(script[encoding]);
  });
  return {
    router,
    warmUp() {
      file().catch((error: unknown) => log.error('no widget', { error: errorText(error) }));
    },
  };
}

/** The smallest that the browser can read; browsers name gzip first. */
function chooseEncoding(isAccepted: (name: string) => boolean): 'br' | 'gzip' | 'identity' {
  if (isAccepted('br')) return 'br';
  return isAccepted('gzip') ? 'gzip' : 'identity';
}
