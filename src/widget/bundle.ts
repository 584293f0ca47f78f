import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build, stop } from 'esbuild';

/** The script as it is sent, in each way of sending it. */
export type WidgetFile = Record<'identity' | 'gzip' | 'br', Buffer> & { etag: string };

/** Puts the widget and what it needs into one script, in memory. `entry` is the path of its first file. */
export async function bundleWidget(entry: string): Promise<WidgetFile> {
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.css': 'text' },
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  // It is a process of its own, and done.
  await stop();
  const identity = Buffer.from(built.outputFiles[0]?.contents ?? []);
  const [zipped, br] = await Promise.all([
    promisify(gzip)(identity, { level: 9 }),
    promisify(brotliCompress)(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ]);
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  return { identity, gzip: zipped, br, etag: hash };
}
