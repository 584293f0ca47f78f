import { type Exchange, readBody, sendJson } from '../lib/http.ts';
import { parseMultipart, partText } from '../lib/multipart.ts';
import { badRequest, sendModelError } from './errors.ts';
import type { ModelWorld } from './world.ts';

const transcript = /TRANSCRIPT=([^\n\0]+)/;

/** `POST /v1/audio/transcriptions`: what a sample voice note carries in its TRANSCRIPT comment, or a fixed sentence. */
export async function answerTranscription(world: ModelWorld, exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange;
  const parts = parseMultipart(request.headers['content-type'], await readBody(request));
  const file = parts.find((part) => part.name === 'file');
  const model = partText(parts, 'model');
  world.counters.transcriptions += 1;
  if (world.settings.record === 'all') {
    const body = { model, filename: file?.filename, size: file?.bytes.length ?? 0 };
    world.requests.add({
      at: new Date(world.now()).toISOString(),
      path,
      body,
      outcome: 'answered',
    });
  }
  const requestId = world.newId('req_');
  if (model === undefined || file === undefined || file.bytes.length === 0) {
    sendModelError(
      response,
      badRequest('The parameters model and file are required.', 'file'),
      requestId,
    );
    return;
  }
  const text = transcript.exec(file.bytes.toString())?.[1] ?? 'This is a voice message.';
  const fault = world.faults.take('transcriptions', [text]);
  const delayMs = world.settings.modelLatencyMs + (fault?.delayMs ?? 0);
  if (delayMs > 0) await world.timers.wait(delayMs);
  if (fault?.action === 'hang') return;
  if (fault?.action === 'drop') {
    response.destroy();
    return;
  }
  if (fault?.action === 'error') {
    sendModelError(response, fault.error, requestId);
    return;
  }
  const usage = { type: 'duration', seconds: 1 };
  sendJson(response, 200, { text, usage }, { 'x-request-id': requestId });
}
