import { bearerToken, type Exchange, sendJson } from '../lib/http.ts';
import { createIds } from '../lib/ids.ts';
import { badRequest, modelError, sendModelError } from './errors.ts';
import { createModelFaults } from './faults.ts';
import { createRequestLog } from './request-log.ts';
import { answerResponses } from './responses.ts';
import { answerTranscription } from './transcriptions.ts';
import type { ModelWorld } from './world.ts';

const modelIds = ['gpt-5.6-luna', 'gpt-5.6-terra', 'gpt-5.6-sol', 'gpt-6-luna', 'gpt-transcribe'];

/** Builds a simulated model that nobody has asked yet. */
export function createModelWorld(
  parts: Pick<ModelWorld, 'settings' | 'counters' | 'timers' | 'now'>,
): ModelWorld {
  return {
    ...parts,
    newId: createIds(),
    faults: createModelFaults(),
    requests: createRequestLog(() => parts.settings.requestLimit),
  };
}

/** Answers one request under `/v1/`. */
export async function answerModelApi(world: ModelWorld, exchange: Exchange): Promise<void> {
  const { method, path, request, response } = exchange;
  const token = bearerToken(request);
  if (token === undefined || token === 'invalid-key') {
    request.resume();
    sendModelError(response, modelError(401, 'invalid_api_key'), world.newId('req_'));
    return;
  }
  const route = `${method} ${path}`;
  if (route === 'POST /v1/responses') return answerResponses(world, exchange);
  if (route === 'POST /v1/audio/transcriptions') return answerTranscription(world, exchange);
  request.resume();
  if (route === 'GET /v1/models') {
    const data = modelIds.map((id) => ({
      id,
      object: 'model',
      created: 1_780_000_000,
      owned_by: 'openai',
      shutdown_date: null,
    }));
    sendJson(response, 200, { object: 'list', data });
    return;
  }
  const error = { ...badRequest(`Invalid URL (${route})`, 'url'), status: 404 };
  sendModelError(response, error, world.newId('req_'));
}
