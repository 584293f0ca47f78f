import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { z } from 'zod';
import { type OpenApiDocument, openApiDocument } from '../../src/lib/http/openapi.ts';
import { tenantRoute } from '../../src/lib/http/route.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let api: TestApp;
let document: OpenApiDocument;

beforeAll(async () => {
  api = await createTestApp();
  document = (await request(api.app).get('/api/v1/openapi.json').expect(200)).body;
});
afterAll(() => api.close());

describe('GET /api/v1/openapi.json', () => {
  it('describes every route that is mounted, and no other', () => {
    const described = operations().map(({ method, path }) => `${method} ${path}`);
    const mounted = api.routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );

    expect(described.sort()).toEqual(mounted.sort());
  });

  it('describes nothing that is not there', async () => {
    for (const { method, path } of operations()) {
      const asked = request(api.app)[method as 'get'](`/api/v1${path.replaceAll(/[{}]/g, '')}`);

      expect([method, path, (await asked).status]).toEqual([method, path, 401]);
    }
  });

  it('is OpenAPI 3.1 in its structure', () => {
    const { operation, root } = openApiShape();

    root.parse(document);
    for (const one of operations()) operation.parse(one.operation);
  });

  it('declares each parameter of a path, and no parameter twice', () => {
    for (const { path, operation } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
      const keys = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`);

      expect(declared.map(({ name, required }) => ({ name, required }))).toEqual(
        named.map((name) => ({ name, required: true })),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('gives each operation an id of its own, and refers to what is there only', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      (match) => match[1]?.split('/') ?? [],
    );

    expect(new Set(ids).size).toBe(ids.length);
    for (const reference of references) expect(at(document, reference)).toBeDefined();
  });

  it('says of every field what it is', () => {
    for (const { path, method, operation } of operations()) {
      const schemas = [operation.requestBody, ...Object.values(operation.responses)].flatMap(
        (part) => Object.values(part?.content ?? {}).map(({ schema }) => schema),
      );

      expect([method, path, schemas.flatMap((schema) => undescribed(schema))]).toEqual([
        method,
        path,
        [],
      ]);
    }
  });

  it('marks a secret as one that is only written', () => {
    const post = document.paths['/phone-numbers']?.['post'];
    const body = JSON.stringify(post?.requestBody);
    const answer = JSON.stringify(post?.responses['201']);

    expect(body).toContain('"writeOnly":true');
    expect(answer).not.toContain('accessToken');
  });
});

describe('openApiDocument', () => {
  it('follows the schemas: what is optional, what has a default, who may', () => {
    const route = tenantRoute({
      method: 'patch',
      path: '/pots/:potId',
      tag: 'Pots',
      summary: 'Change a pot',
      status: 200,
      params: z.object({ potId: z.string() }),
      query: z.strictObject({ loud: z.enum(['true', 'false']).default('false') }),
      body: z.strictObject({ tea: z.string().max(5).optional() }),
      answer: z.object({ tea: z.string().nullable() }),
      problems: [
        { status: 409, code: 'pot.broken', when: 'it has a crack' },
        { status: 409, code: 'pot.lost', when: 'nobody knows where it is' },
      ],
      handle: async () => ({ tea: null }),
    });
    const info = { title: 't', version: '1', description: '' };

    const { paths, tags } = openApiDocument({ info, serverPath: '/api', routes: [route] });

    expect(tags).toEqual([{ name: 'Pots' }]);
    expect(paths['/pots/{potId}']?.['patch']).toMatchObject({
      operationId: 'patchPotsPotId',
      security: [{ tenantKey: [] }, { adminKey: [] }],
      parameters: [
        { name: 'potId', in: 'path', required: true },
        { name: 'loud', in: 'query', required: false, schema: { default: 'false' } },
        { name: 'userId', in: 'query', required: false },
      ],
      requestBody: {
        required: false,
        content: {
          'application/json': {
            schema: { properties: { tea: { type: 'string', maxLength: 5 } } },
          },
        },
      },
      responses: {
        409: {
          description: '`pot.broken`: it has a crack\n\n`pot.lost`: nobody knows where it is',
        },
      },
    });
  });
});

function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function openApiShape() {
  const schema = z.record(z.string(), z.unknown());
  const content = z.record(z.string().regex(/^(application|text)\//), z.strictObject({ schema }));
  const operation = z.strictObject({
    operationId: z.string().regex(/^[a-z]\w+$/i),
    tags: z.array(z.string()).length(1),
    summary: z.string().min(1),
    security: z.array(z.partialRecord(z.enum(['tenantKey', 'adminKey']), z.tuple([]))).min(1),
    parameters: z.array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean(),
        description: z.string().optional(),
        schema,
      }),
    ),
    requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
    responses: z.record(
      z.string().regex(/^[1-5]\d\d$/),
      z.strictObject({ description: z.string().min(1), content: content.optional() }),
    ),
  });
  const root = z.strictObject({
    openapi: z.string().regex(/^3\.1\.\d$/),
    info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
    servers: z.array(z.strictObject({ url: z.literal('/api/v1') })),
    tags: z.array(z.strictObject({ name: z.string() })),
    paths: z.record(
      z.string().startsWith('/'),
      z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), z.unknown()),
    ),
    components: z.strictObject({ securitySchemes: schema, schemas: schema }),
  });
  return { operation, root };
}

/** Where a JSON schema says nothing at all of a value. */
function undescribed(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Object.keys(schema).length === 0) return [path];
  return Object.entries(schema)
    .filter(
      ([key]) => key !== 'default' && key !== 'additionalProperties' && key !== 'propertyNames',
    )
    .filter(([key, value]) => !(key === 'properties' && Object.keys(value).length === 0))
    .flatMap(([key, value]) => undescribed(value, `${path}/${key}`));
}

function at(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return value;
  const inside = z.record(z.string(), z.unknown()).safeParse(value);
  return inside.success ? at(inside.data[key], rest) : undefined;
}
