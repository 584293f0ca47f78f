import { bearerToken, type Exchange, readBody, sendBytes, sendJson } from '../lib/http.ts';
import { parseMultipart, partText } from '../lib/multipart.ts';
import { sendGraphError } from './errors.ts';
import type { GraphFault } from './faults.ts';
import type { StoredMedia } from './media.ts';
import type { WhatsAppWorld } from './world.ts';

/** Where media bytes are fetched, as on Meta's file host. */
export const attachmentsPath = '/whatsapp_business/attachments/';

/** `GET /{media-id}`: where the file can be fetched for the next 5 minutes. */
export async function describeMedia(
  world: WhatsAppWorld,
  { request, response }: Exchange,
  media: StoredMedia,
): Promise<void> {
  const fault = world.faults.take({ target: 'media' });
  if (fault !== undefined && (await spoils(world, fault, response))) return;
  const host = request.headers.host ?? '127.0.0.1';
  sendJson(response, 200, {
    messaging_product: 'whatsapp',
    url: `http://${host}${attachmentsPath}?${world.media.downloadQuery(media.id, world.now())}`,
    mime_type: media.mimeType,
    sha256: media.sha256,
    file_size: String(media.bytes.length),
    id: media.id,
  });
}

async function spoils(
  world: WhatsAppWorld,
  fault: GraphFault,
  response: Exchange['response'],
): Promise<boolean> {
  if (fault.delayMs !== undefined) await world.timers.wait(fault.delayMs);
  if (fault.action === 'delay' || fault.action === 'statuses') return false;
  if (fault.action.startsWith('drop')) response.destroy();
  if (fault.action.startsWith('error')) {
    sendGraphError(response, fault.error ?? { code: 131000 }, world.newId('A'));
  }
  return true;
}

/** The bytes behind a media URL; 401 without the token, 404 when the URL is too old. */
export function downloadMedia(world: WhatsAppWorld, { request, response, query }: Exchange): void {
  if (bearerToken(request) === undefined) {
    sendGraphError(response, { code: 190 }, world.newId('A'));
    return;
  }
  const media = world.media.open(query, world.now());
  if (media === undefined) {
    sendBytes(response, 404, Buffer.from('Not Found'), { 'content-type': 'text/plain' });
    return;
  }
  world.counters.mediaDownloads += 1;
  sendBytes(response, 200, media.bytes, { 'content-type': media.mimeType });
}

/** `POST /{phone-number-id}/media`: keeps a file to send. */
export async function uploadMedia(world: WhatsAppWorld, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const parts = parseMultipart(request.headers['content-type'], await readBody(request));
  const file = parts.find((part) => part.name === 'file');
  if (partText(parts, 'messaging_product') !== 'whatsapp' || file === undefined) {
    const details = 'The parameters messaging_product and file are required.';
    sendGraphError(response, { code: 100, details }, world.newId('A'));
    return;
  }
  const mimeType = partText(parts, 'type') ?? file.contentType ?? 'application/octet-stream';
  world.counters.mediaUploads += 1;
  sendJson(response, 200, { id: world.media.put({ bytes: file.bytes, mimeType }).id });
}
