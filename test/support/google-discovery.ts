import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoogleRequest } from '../../simulators/google/requests.ts';
import {
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  textAt,
} from '../../simulators/lib/json.ts';
import { schemaViolations } from './google-schema.ts';

/** A request to the Calendar API; `path` begins with `/calendar/v3/`. */
export type CalendarRequest = {
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  body?: JsonObject | null;
};

/** What Google's discovery document says of requests and answers; empty lists: nothing against it. */
export type Discovery = {
  requestViolations(request: CalendarRequest): string[];
  answerViolations(request: CalendarRequest, status: number, answer: unknown): string[];
};

const beside = fileURLToPath(new URL('../../../shared/specs', import.meta.url));
const farther = fileURLToPath(new URL('../../../../shared/specs', import.meta.url));

/** Reads the document from SPECS_DIR, or beside the checkout; undefined where it is not, for it is none of ours. */
export function readDiscovery(): Discovery | undefined {
  const folders = [process.env['SPECS_DIR'], beside, farther].filter((one) => one !== undefined);
  const file = folders
    .map((folder) => resolve(folder, 'google-calendar-v3.discovery.json'))
    .find(existsSync);
  if (file === undefined) return undefined;
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isObject(document) ? discoveryOf(document) : undefined;
}

/** What is wrong with requests to the Calendar API that the simulator recorded, and with its answers. */
export function recordedViolations(discovery: Discovery, requests: GoogleRequest[]): string[] {
  return requests
    .filter(({ target }) => target !== 'token' && target !== 'revoke')
    .flatMap((one) =>
      [
        ...discovery.requestViolations(one),
        // Without a status there was no answer that anybody could read.
        ...(one.status === 0 ? [] : discovery.answerViolations(one, one.status, one.answer)),
      ].map((problem) => `${one.method} ${one.path}: ${problem}`),
    );
}

/** Why tests of the document did not run, where it is not. */
export const noDiscovery =
  'Google’s discovery document is not part of the repository: set SPECS_DIR';

function discoveryOf(document: JsonObject): Discovery {
  const schemas = objectAt(document, 'schemas');
  const methods = methodsIn(document);
  const common = objectAt(document, 'parameters');
  const root = `/${textAt(document, 'servicePath') ?? ''}`;
  const find = ({ method, path }: CalendarRequest) => {
    const fitting = methods.filter((one) => one['httpMethod'] === method);
    const matches = fitting.map((one) => ({ one, match: formOf(root, one).exec(path) }));
    // `events/watch` is no event of this name.
    const ranked = matches.filter(({ match }) => match !== null);
    return ranked.toSorted((a, b) => (a.match?.length ?? 0) - (b.match?.length ?? 0))[0]?.one;
  };
  return {
    requestViolations(request) {
      const method = find(request);
      if (method === undefined) return [`no method ${request.method} ${request.path}`];
      const name = textAt(objectAt(method, 'request'), '$ref');
      const { body } = request;
      const isEmpty = body === undefined || body === null || Object.keys(body).length === 0;
      if (name === undefined) {
        return [...queryViolations(request, method, common), ...(isEmpty ? [] : ['a body'])];
      }
      const options = { schemas, methodId: textAt(method, 'id') ?? '', isRequest: true };
      return [
        ...queryViolations(request, method, common),
        ...schemaViolations(body ?? {}, { $ref: name }, options),
      ];
    },
    answerViolations(request, status, answer) {
      const method = find(request);
      if (method === undefined) return [`no method ${request.method} ${request.path}`];
      if (status >= 300) return errorViolations(status, answer);
      const name = textAt(objectAt(method, 'response'), '$ref');
      if (name === undefined) return answer === null ? [] : ['an answer'];
      const options = { schemas, methodId: textAt(method, 'id') ?? '', isRequest: false };
      return schemaViolations(answer, { $ref: name }, options);
    },
  };
}

function methodsIn(node: JsonObject): JsonObject[] {
  const own = Object.values(objectAt(node, 'methods')).filter(isObject);
  const inner = Object.values(objectAt(node, 'resources')).filter(isObject).flatMap(methodsIn);
  return [...own, ...inner];
}

function formOf(root: string, method: JsonObject): RegExp {
  const path = textAt(method, 'path') ?? '';
  return new RegExp(`^${root}${path.replace(/\{[^}]+\}/g, '([^/]+)')}$`);
}

function queryViolations(
  { query }: CalendarRequest,
  method: JsonObject,
  common: JsonObject,
): string[] {
  const known = { ...common, ...objectAt(method, 'parameters') };
  const wrong = Object.entries(query).flatMap(([name, value]) => {
    const parameter = objectAt(known, name);
    const isQuery = parameter['location'] === 'query';
    if (!isQuery) return [`unknown parameter ${name}`];
    const values = typeof value === 'string' ? [value] : value;
    if (values.length > 1 && parameter['repeated'] !== true) return [`parameter ${name} repeated`];
    return values.flatMap((one) => parameterViolations(name, one, parameter));
  });
  const required = Object.entries(objectAt(method, 'parameters'))
    .filter(([, one]) => isObject(one) && one['location'] === 'query' && one['required'] === true)
    .filter(([name]) => !(name in query))
    .map(([name]) => `parameter ${name} missing`);
  return [...wrong, ...required];
}

function parameterViolations(name: string, value: string, parameter: JsonObject): string[] {
  const { type } = parameter;
  const allowed = parameter['enum'];
  const wrong = [`parameter ${name}: ${value}`];
  if (Array.isArray(allowed) && !allowed.includes(value)) return wrong;
  if (type === 'boolean') return ['true', 'false'].includes(value) ? [] : wrong;
  if (type === 'string') {
    const isTime = parameter['format'] === 'date-time';
    return isTime && Number.isNaN(Date.parse(value)) ? wrong : [];
  }
  const number = Number(value);
  const least = numberAt({ least: Number(parameter['minimum']) }, 'least') ?? number;
  const most = numberAt({ most: Number(parameter['maximum']) }, 'most') ?? number;
  return Number.isInteger(number) && number >= least && number <= most ? [] : wrong;
}

/** The document says nothing of errors; this is their shape everywhere at Google. */
function errorViolations(status: number, answer: unknown): string[] {
  const error = isObject(answer) ? objectAt(answer, 'error') : {};
  const [first] = Array.isArray(error['errors']) ? error['errors'] : [];
  const isWhole =
    error['code'] === status &&
    typeof error['message'] === 'string' &&
    isObject(first) &&
    ['domain', 'reason', 'message'].every((name) => typeof first[name] === 'string');
  return isWhole ? [] : [`an error of another shape: ${JSON.stringify(answer)}`];
}
