import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { maybeRow, type Pool } from '../../lib/db.ts';
import { errorCode } from '../../lib/error-code.ts';
import { NotFound } from '../../lib/http/http-errors.ts';
import { asTenant } from '../../lib/tenant.ts';
import { MediaNotFound } from '../media-errors.ts';
import type { MediaStore } from '../media-store.ts';
import type { Downloadable, DownloadLinks } from './download-links.ts';

export type DownloadDeps = { app: Pool; store: MediaStore; links: Pick<DownloadLinks, 'read'> };

/** `GET /media/:token`: a file of a conversation, to whoever was given its address. What cannot be had is 404, always. */
export function downloadRouter(deps: DownloadDeps): Router {
  const router = Router();
  router.get('/media/:token', (req, res) => download(deps, req, res));
  return router;
}

async function download(deps: DownloadDeps, req: Request, res: Response): Promise<void> {
  const wanted = deps.links.read(String(req.params['token']));
  const file = wanted === undefined ? undefined : await findFile(deps.app, wanted);
  if (wanted === undefined || file === undefined) throw noSuchFile();
  const range = file.sizeBytes === null ? undefined : askedRange(req, file.sizeBytes);
  if (range === 'beyond') {
    res.status(416).set('Content-Range', `bytes */${file.sizeBytes}`).end();
    return;
  }
  const isKept = req.get('if-none-match') === etagOf(file);
  // Before anything is said of the file: it may be gone.
  const bytes = req.method === 'HEAD' || isKept ? undefined : await open(deps.store, file, range);
  setHeaders(res, file, wanted.leftSeconds);
  if (isKept) {
    res.status(304).end();
    return;
  }
  setLength(res, file, range);
  await send(bytes, res);
}

const noSuchFile = (): NotFound => new NotFound('file');

const etagOf = ({ key }: FileRow): string => `"${key.slice(key.lastIndexOf('/') + 1)}"`;

const FileRow = z.object({
  key: z.string(),
  mimeType: z.string(),
  filename: z.string().nullable(),
  sizeBytes: z.coerce.number().nullable(),
});
type FileRow = z.infer<typeof FileRow>;

function findFile(app: Pool, wanted: Downloadable): Promise<FileRow | undefined> {
  return asTenant(app, wanted.userId, (tx) =>
    maybeRow(
      tx,
      FileRow,
      wanted.variant === 'original'
        ? `select storage_key as key, coalesce(mime_type, 'application/octet-stream') as "mimeType",
                  filename, size_bytes as "sizeBytes"
             from attachments
            where user_id = $1 and attachment_id = $2 and status = 'stored'
              and storage_key is not null`
        : `select thumbnail_key as key, 'image/webp' as "mimeType", null as filename,
                  null as "sizeBytes"
             from attachments
            where user_id = $1 and attachment_id = $2 and status = 'stored'
              and thumbnail_key is not null`,
      [wanted.userId, wanted.attachmentId],
    ),
  );
}

/** What a browser may show by itself; everything else is saved. Nothing that could run is among it. */
const shown = /^(image\/(jpeg|png|webp|gif)|audio\/|video\/|application\/pdf$|text\/plain)/;

function setHeaders(res: Response, file: FileRow, leftSeconds: number): void {
  const { mimeType, filename } = file;
  res.attachment(filename ?? undefined);
  const disposition = String(res.getHeader('content-disposition'));
  res.set({
    'Content-Type': mimeType,
    'Content-Disposition': shown.test(mimeType)
      ? disposition.replace(/^attachment/, 'inline')
      : disposition,
    ETag: etagOf(file),
    'Cache-Control': `private, max-age=${leftSeconds}, immutable`,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    // Whatever a file is, it can do nothing here.
    'Content-Security-Policy': "sandbox; default-src 'none'",
    // Pages of the business show it.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Access-Control-Allow-Origin': '*',
    'Referrer-Policy': 'no-referrer',
  });
}

type Range = { start: number; end: number };

async function open(
  store: MediaStore,
  { key }: FileRow,
  range: Range | undefined,
): Promise<Readable> {
  try {
    return await store.stream(key, range);
  } catch (error) {
    throw error instanceof MediaNotFound ? noSuchFile() : error;
  }
}

function setLength(res: Response, { sizeBytes }: FileRow, range: Range | undefined): void {
  if (range !== undefined) {
    res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
  }
  const length = range === undefined ? sizeBytes : range.end - range.start + 1;
  if (length !== null) res.set('Content-Length', String(length));
}

async function send(bytes: Readable | undefined, res: Response): Promise<void> {
  if (bytes === undefined) {
    res.end();
    return;
  }
  try {
    await pipeline(bytes, res);
  } catch (error) {
    if (errorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** The one part that is asked for; a request for several is answered whole, as RFC 9110 lets us. */
function askedRange(req: Request, sizeBytes: number): Range | 'beyond' | undefined {
  const ranges = req.range(sizeBytes, { combine: true });
  if (ranges === -1) return 'beyond';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes') return undefined;
  const [first, another] = ranges;
  return another === undefined ? first : undefined;
}
