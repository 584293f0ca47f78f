import { type Exchange, readBody, sendJson } from '../lib/http.ts';
import { type JsonObject, parseObject } from '../lib/json.ts';
import type { Simulation } from '../simulation.ts';

/** Any page may call: the start page comes from the app's origin. */
export const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, last-event-id',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-max-age': '600',
};

/** Answers one route of the control API. */
export type ControlRoute = (simulation: Simulation, exchange: Exchange) => Promise<void> | void;

/** Answers JSON to any page. */
export function answer({ response }: Exchange, status: number, value: unknown): void {
  sendJson(response, status, value, cors);
}

/** The JSON object that was posted; an empty one for anything else. */
export async function bodyOf({ request }: Exchange): Promise<JsonObject> {
  return parseObject(await readBody(request)) ?? {};
}
