import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DownloadedMedia } from '../channel.ts';
import { ChannelRefused, ChannelUnavailable, MediaGone } from '../channel-errors.ts';
import { OptionalText } from '../fields.ts';
import type { FileAnswer, GraphHttp } from '../graph-http.ts';
import type { MediaReference } from '../inbound-event.ts';
import { fetchProviderFile, fileFailure } from '../provider-file.ts';
import { classifyGraphError, errorOf } from './errors.ts';

const Located = z.object({ url: z.string(), mime_type: OptionalText, sha256: OptionalText });

/** Where Meta keeps files and answers for its APIs. */
const META_HOSTS = ['fbsbx.com', 'fbcdn.net', 'facebook.com', 'whatsapp.net', 'whatsapp.com'];

export type DownloadRequest = {
  media: MediaReference;
  /** Asks Graph where a file is. */
  addressOfMedia: (mediaId: string) => string;
  graphUrl: string;
  accessToken: string;
  maxBytes: number;
};

type Located = { url: string; mimeType: string | undefined; sha256: string | undefined };

/**
 * Fetches a file by its id, or by its address if that is all there is. An address lives 5 minutes: at a 404 Graph is
 * asked for a new one, once. The digest that Graph names is checked.
 */
export async function downloadMedia(
  http: GraphHttp,
  request: DownloadRequest,
): Promise<DownloadedMedia> {
  const located = await locate(http, request);
  let file = await fetchFrom(http, located, request);
  if (file.httpStatus === 404 && request.media.providerMediaId !== undefined) {
    file = await fetchFrom(http, await locate(http, request), request);
  }
  if (file.httpStatus !== 200) {
    throw fileFailure(file.httpStatus);
  }
  checkDigest(file.bytes, located.sha256);
  const mimeType = located.mimeType ?? file.mimeType ?? 'application/octet-stream';
  return { bytes: file.bytes, mimeType };
}

async function locate(http: GraphHttp, request: DownloadRequest): Promise<Located> {
  const { providerMediaId: id, url, mimeType, sha256 } = request.media;
  if (id === undefined) {
    if (url === undefined) {
      throw new MediaGone('the file has neither id nor address');
    }
    return { url, mimeType, sha256 };
  }
  const answer = await http.request({
    method: 'GET',
    url: request.addressOfMedia(id),
    accessToken: request.accessToken,
  });
  if (answer.kind !== 'answered') {
    throw new ChannelUnavailable(`no answer about the file: ${answer.cause}`);
  }
  if (answer.httpStatus === 404) {
    throw new MediaGone('Graph does not know the file');
  }
  const located = answer.httpStatus === 200 ? Located.safeParse(answer.body) : undefined;
  if (!located?.success) {
    throw failureOf(answer);
  }
  return {
    url: located.data.url,
    mimeType: mimeType ?? located.data.mime_type,
    sha256: located.data.sha256 ?? sha256,
  };
}

function fetchFrom(
  http: GraphHttp,
  { url }: Located,
  { accessToken, maxBytes, graphUrl }: DownloadRequest,
): Promise<Extract<FileAnswer, { kind: 'answered' }>> {
  const allowed = { hosts: META_HOSTS, apiUrls: [graphUrl] };
  return fetchProviderFile(http, { url, accessToken, maxBytes }, allowed);
}

/** Webhooks give the digest in base64, Graph in hex; what is neither cannot be checked. */
function checkDigest(bytes: Buffer, expected: string | undefined): void {
  const digest = createHash('sha256').update(bytes).digest();
  const isHex = /^[0-9a-fA-F]{64}$/.test(expected ?? '');
  const isBase64 = /^[0-9A-Za-z+/]{43}=$/.test(expected ?? '');
  const actual = isHex ? digest.toString('hex') : digest.toString('base64');
  if ((isHex && actual !== expected?.toLowerCase()) || (isBase64 && actual !== expected)) {
    throw new ChannelUnavailable('the file arrived damaged: its digest is another');
  }
}

function failureOf(answer: { httpStatus: number; body: unknown }): Error {
  return classifyGraphError(answer).outcome === 'refused'
    ? new ChannelRefused(errorOf(answer))
    : new ChannelUnavailable(`HTTP ${answer.httpStatus}`);
}
