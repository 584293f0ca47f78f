import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { Problem } from './problem.ts';
import type { Route, RouteProblem } from './route.ts';

type JsonSchema = Record<string, unknown>;

export type OpenApiParameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
};

export type OpenApiContent = Record<string, { schema: JsonSchema }>;

export type OpenApiOperation = {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  parameters: OpenApiParameter[];
  requestBody?: { required: boolean; content: OpenApiContent };
  responses: Record<string, { description: string; content?: OpenApiContent }>;
};

/** An OpenAPI 3.1 document, as far as we fill it in. */
export type OpenApiDocument = {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { securitySchemes: Record<string, JsonSchema>; schemas: Record<string, JsonSchema> };
};

/** Describes routes by the very schemas that check their requests and filter their answers. */
export function openApiDocument(options: {
  info: OpenApiDocument['info'];
  /** Where the routes are mounted, e.g. `/api/v1`. */
  serverPath: string;
  routes: Route[];
}): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of options.routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: options.info,
    servers: [{ url: options.serverPath }],
    tags: [...new Set(options.routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        tenantKey: { type: 'http', scheme: 'bearer', description: 'A key of a tenant: rk_…' },
        adminKey: { type: 'http', scheme: 'bearer', description: 'ADMIN_API_KEY' },
      },
      schemas: { Problem: jsonSchemaOf(Problem, 'output') },
    },
  };
}

function operationOf(route: Route): OpenApiOperation {
  const { params, query, headers, body } = route.schemas;
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, first: string) => first.toUpperCase())}`,
    tags: [route.tag],
    summary: route.summary,
    security: securityOf(route),
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(route.audience === 'tenant' ? [actingFor] : []),
      ...parametersOf(headers, 'header'),
    ],
    ...(route.takesBytes === undefined ? {} : { requestBody: anyFile }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success,
            content: json(jsonSchemaOf(body, 'input')),
          },
        }),
    responses: {
      [route.status]: {
        description: STATUS_CODES[route.status] ?? 'Done',
        ...(route.status === 204 ? {} : { content: contentOf(route) }),
      },
      ...problemResponses(route),
    },
  };
}

const anyFile = {
  required: true,
  content: {
    'application/octet-stream': {
      schema: { type: 'string', format: 'binary', description: 'The file' },
    },
  },
};

const actingFor: OpenApiParameter = {
  name: 'userId',
  in: 'query',
  required: false,
  description: 'Admins only: the tenant to act for',
  schema: { type: 'string' },
};

function contentOf({ file, schemas }: Route): OpenApiContent {
  if (file === undefined) return json(jsonSchemaOf(schemas.answer, 'output'));
  return { [file.contentType]: { schema: { type: 'string' } } };
}

function securityOf(route: Route): Record<string, string[]>[] {
  return route.audience === 'admin' ? [{ adminKey: [] }] : [{ tenantKey: [] }, { adminKey: [] }];
}

const ObjectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

function parametersOf(schema: z.ZodType, place: OpenApiParameter['in']): OpenApiParameter[] {
  const { properties, required } = ObjectSchema.parse(jsonSchemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(typeof description === 'string' ? { description } : {}),
      schema: rest,
    };
  });
}

function problemResponses(route: Route): OpenApiOperation['responses'] {
  const everywhere: RouteProblem[] = [
    { status: 400, code: 'request.invalid', when: 'a field is wrong, missing or unknown' },
    { status: 401, code: 'auth.not_signed_in', when: 'there is no valid key' },
    { status: 403, code: 'auth.not_allowed', when: 'the key is not for this' },
    { status: 500, code: 'internal.error', when: 'something went wrong on our side' },
    { status: 503, code: 'internal.transient', when: 'it cannot be done right now: Retry-After' },
  ];
  const responses: OpenApiOperation['responses'] = {};
  for (const { status, code, when } of [...route.problems, ...everywhere]) {
    const before = responses[status]?.description;
    const description = `\`${code}\`: ${when}`;
    responses[status] = {
      description: before === undefined ? description : `${before}\n\n${description}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

function json(schema: JsonSchema): OpenApiContent {
  return { 'application/json': { schema } };
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
