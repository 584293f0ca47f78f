import { channel } from 'node:diagnostics_channel';
import { type Exchange, readBody, sendJson } from '../lib/http.ts';
import { type JsonObject, parseObject, textAt } from '../lib/json.ts';
import { type Decision, decide } from './decide.ts';
import { badRequest, type ModelError, sendModelError } from './errors.ts';
import type { ModelFault } from './faults.ts';
import type { ModelRequest } from './request-log.ts';
import { responseBody } from './response-body.ts';
import { streamEvents } from './stream.ts';
import { validateRequest } from './validate.ts';
import type { ModelWorld } from './world.ts';

/** Whoever measures hears here of each event of a streamed answer, before it is written: `{ request, type }`. */
const streamed = channel('simulators.openai.streamed');

type Asked = Exchange & { body: JsonObject; bytes: number; note: ModelRequest | undefined };

/** `POST /v1/responses`, whole or streamed. */
export async function answerResponses(world: ModelWorld, exchange: Exchange): Promise<void> {
  const bytes = await readBody(exchange.request);
  const body = parseObject(bytes) ?? {};
  const note = noteRequest(world, exchange.path, body);
  const asked = { ...exchange, body, bytes: bytes.length, note };
  watchForAbort(world, asked);
  const invalid =
    Object.keys(body).length === 0 ? badRequest('Invalid body.', 'body') : validateRequest(body);
  if (invalid !== undefined) return fail(world, asked, invalid);
  const decision = decide(body);
  const fault = world.faults.take(
    decision.isReading ? 'extractions' : 'responses',
    decision.turn.texts,
  );
  const delayMs = world.settings.modelLatencyMs + decision.delayMs + (fault?.delayMs ?? 0);
  if (delayMs > 0) await world.timers.wait(delayMs);
  if (exchange.response.destroyed) return;
  if (fault !== undefined && spoils(world, asked, fault)) return;
  return finish(world, asked, decision);
}

function noteRequest(world: ModelWorld, path: string, body: JsonObject): ModelRequest | undefined {
  world.counters.modelRequests += 1;
  if (world.settings.record === 'count') return undefined;
  const at = new Date(world.now()).toISOString();
  return world.requests.add({ at, path, body, outcome: 'answering' });
}

function watchForAbort(world: ModelWorld, { response, note }: Asked): void {
  response.on('close', () => {
    if (response.writableFinished) return;
    world.counters.modelAborted += 1;
    if (note !== undefined) note.outcome = 'aborted';
  });
}

/** Whether the fault ends the request. */
function spoils(world: ModelWorld, asked: Asked, fault: ModelFault): boolean {
  if (fault.action === 'delay') return false;
  if (fault.action === 'error') fail(world, asked, fault.error);
  if (fault.action === 'drop') asked.response.destroy();
  return true;
}

function fail(world: ModelWorld, { response, note }: Asked, error: ModelError): void {
  world.counters.modelErrors += 1;
  if (note !== undefined) Object.assign(note, { outcome: 'error', status: error.status });
  sendModelError(response, error, world.newId('req_'));
}

async function finish(world: ModelWorld, asked: Asked, { answer }: Decision): Promise<void> {
  if (answer.kind === 'hang') return;
  if (answer.kind === 'error') return fail(world, asked, answer.error);
  const { body, bytes, note, response } = asked;
  const { newId } = world;
  const result = responseBody({
    request: body,
    answer,
    requestBytes: bytes,
    newId,
    nowMs: world.now(),
  });
  world.counters.modelAnswers += 1;
  if (note !== undefined) {
    const responseId = textAt(result, 'id') ?? '';
    Object.assign(note, { outcome: 'answered', status: 200, responseId, answer });
  }
  if (body['stream'] === true) return writeStream(world, asked, result);
  sendJson(response, 200, result, { 'x-request-id': newId('req_') });
}

async function writeStream(
  world: ModelWorld,
  { request, response }: Asked,
  result: JsonObject,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-request-id': world.newId('req_'),
  });
  for (const event of streamEvents(result)) {
    if (response.destroyed) return;
    const type = textAt(event, 'type');
    if (streamed.hasSubscribers) streamed.publish({ request, type });
    response.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (type?.endsWith('.delta') && world.settings.streamDeltaMs > 0) {
      await world.timers.wait(world.settings.streamDeltaMs);
    }
  }
  response.end();
}
