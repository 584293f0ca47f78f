import { z } from 'zod';
import { type Audience, type Caller, tenantOfCaller } from './caller.ts';
import { type AnsweredFile, Pieces } from './file-answer.ts';
import { parsePart } from './parse-part.ts';

/** A refusal that a route may answer, beyond those of every route. */
export type RouteProblem = { status: number; code: string; when: string };

/** A request as it arrived, before any of it was read. */
export type RawRequest = {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
  caller: Caller;
};

/** One thing the API does: all that is needed to mount it and to describe it. */
export type Route = {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** As express writes it, e.g. `/users/:userId`. */
  path: string;
  audience: Audience;
  tag: string;
  summary: string;
  status: 200 | 201 | 204;
  /** The body is a file of at most so many bytes, whatever its type: `run` gets them as they are. */
  takesBytes?: number;
  /** Answered instead of JSON, if the route answers a file. */
  file?: AnsweredFile;
  schemas: {
    params: z.ZodType;
    query: z.ZodType;
    headers: z.ZodType;
    body: z.ZodType | undefined;
    answer: z.ZodType;
  };
  problems: RouteProblem[];
  run(request: RawRequest): Promise<unknown>;
};

type NoFields = Record<string, never>;
const noFields = z.strictObject({});

/** The answer of a route that says nothing (204). */
export const Nothing = z.void();

/** What a route declares; a part that is left out takes no fields. */
export type RouteOptions<Params, Query, Headers, Body, Answer> = {
  method: Route['method'];
  path: string;
  tag: string;
  summary: string;
  status: Route['status'];
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  headers?: z.ZodType<Headers>;
  body?: z.ZodType<Body>;
  /** Also the filter: what it does not name is not answered. */
  answer: z.ZodType<Answer>;
  problems?: RouteProblem[];
};

type Given<Params, Query, Headers, Body> = {
  params: Params;
  query: Query;
  headers: Headers;
  body: Body;
};

/** A route for a tenant, or for an admin who acts for one: `handle` gets the tenant's `userId`. */
export function tenantRoute<
  Answer,
  Params = NoFields,
  Query = NoFields,
  Headers = NoFields,
  Body = NoFields,
>(
  options: RouteOptions<Params, Query, Headers, Body, Answer> & {
    handle: (given: Given<Params, Query, Headers, Body> & { userId: string }) => Promise<Answer>;
  },
): Route {
  return build(options, 'tenant', (given, caller) =>
    options.handle({ ...given, userId: tenantOfCaller(caller) }),
  );
}

/** A route that answers a tenant a file, in pieces as they are made. */
export function tenantFileRoute<
  Params = NoFields,
  Query = NoFields,
  Headers = NoFields,
  Body = NoFields,
>(
  options: Omit<RouteOptions<Params, Query, Headers, Body, never>, 'answer' | 'status'> & {
    file: AnsweredFile;
    handle: (
      given: Given<Params, Query, Headers, Body> & { userId: string },
    ) => AsyncIterable<string>;
  },
): Route {
  const { file, handle, ...rest } = options;
  const route = build({ ...rest, status: 200, answer: Pieces }, 'tenant', async (given, caller) =>
    handle({ ...given, userId: tenantOfCaller(caller) }),
  );
  return { ...route, file };
}

/** A route to which a tenant sends a file: `handle` gets its bytes. */
export function tenantUploadRoute<Answer, Headers = NoFields>(
  options: Omit<RouteOptions<NoFields, NoFields, Headers, never, Answer>, 'body'> & {
    maxBytes: number;
    handle: (given: { headers: Headers; bytes: Buffer; userId: string }) => Promise<Answer>;
  },
): Route {
  const { maxBytes, handle, ...rest } = options;
  const route = build<NoFields, NoFields, Headers, Buffer, Answer>(
    { ...rest, body: z.instanceof(Buffer) },
    'tenant',
    ({ headers, body }, caller) => handle({ headers, bytes: body, userId: tenantOfCaller(caller) }),
  );
  return { ...route, schemas: { ...route.schemas, body: undefined }, takesBytes: maxBytes };
}

/** A route for an admin. */
export function adminRoute<
  Answer,
  Params = NoFields,
  Query = NoFields,
  Headers = NoFields,
  Body = NoFields,
>(
  options: RouteOptions<Params, Query, Headers, Body, Answer> & {
    handle: (given: Given<Params, Query, Headers, Body>) => Promise<Answer>;
  },
): Route {
  return build(options, 'admin', options.handle);
}

/** A route for a tenant and for an admin: `handle` decides by the caller. */
export function eitherRoute<
  Answer,
  Params = NoFields,
  Query = NoFields,
  Headers = NoFields,
  Body = NoFields,
>(
  options: RouteOptions<Params, Query, Headers, Body, Answer> & {
    handle: (given: Given<Params, Query, Headers, Body> & { caller: Caller }) => Promise<Answer>;
  },
): Route {
  return build(options, 'either', (given, caller) => options.handle({ ...given, caller }));
}

function build<Params, Query, Headers, Body, Answer>(
  options: RouteOptions<Params, Query, Headers, Body, Answer>,
  audience: Audience,
  handle: (given: Given<Params, Query, Headers, Body>, caller: Caller) => Promise<Answer>,
): Route {
  const { method, path, tag, summary, status, answer, problems = [] } = options;
  const params = orNoFields(options.params);
  const query = orNoFields(options.query);
  const headers = orNoFields(options.headers, z.object({}));
  const body = orNoFields(options.body);
  return {
    method,
    path,
    audience,
    tag,
    summary,
    status,
    schemas: { params, query, headers, body: options.body, answer },
    problems,
    run: async (request) => {
      const given = {
        params: parsePart(params, 'path', request.params),
        headers: parsePart(headers, 'header', request.headers),
        query: parsePart(query, 'query', request.query),
        body: parsePart(body, 'body', request.body),
      };
      return answer.parse(await handle(given, request.caller));
    },
  };
}

/** A part that was left out has the type NoFields by the defaults above, which inference cannot see here. */
function orNoFields<Value>(
  schema: z.ZodType<Value> | undefined,
  none: z.ZodType<object> = noFields,
): z.ZodType<Value> {
  return schema ?? (none as unknown as z.ZodType<Value>);
}
