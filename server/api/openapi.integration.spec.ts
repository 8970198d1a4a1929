import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiApp } from './testing/api-app.ts';
import { ruleFaultsOf } from './testing/openapi-rules.ts';
import { FruitsController } from './testing/test-controller.ts';
import { openApiDocument } from './openapi-of-app.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function operationsOf(document: OpenAPIObject): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

/** What every operation has, whatever it does. */
function faultsOf(document: OpenAPIObject): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  for (const [route, operation] of operationsOf(document)) {
    const { operationId = '', summary = '', tags = [], responses, security } = operation;
    if (!/^[a-z][A-Za-z]+$/.test(operationId) || ids.has(operationId)) faults.push(`${route}: operationId`);
    ids.add(operationId);
    if (summary === '') faults.push(`${route}: summary`);
    if (tags.length === 0) faults.push(`${route}: tags`);
    if (security === undefined) faults.push(`${route}: security`);
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    if (good.length !== 1) faults.push(`${route}: one good answer`);
    for (const [status, response] of good) {
      const contents = Object.values((response as { content?: object }).content ?? {}) as { schema?: object }[];
      const isWhole = contents.length > 0 && contents.every(({ schema }) => Object.keys(schema ?? {}).length > 0);
      if (status === '204' ? contents.length > 0 : !isWhole) faults.push(`${route}: schema of ${status}`);
    }
    const demanded = ['429', '500', ...(security?.length === 0 ? [] : ['401', '403'])];
    for (const status of demanded) if (!(status in responses)) faults.push(`${route}: ${status}`);
  }
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (document.components?.schemas?.[name] === undefined) faults.push(`schema ${name}`);
  }
  if (text.includes('#/$defs/')) faults.push('a reference out of the document');
  return faults;
}

describe('the OpenAPI document', () => {
  it('of this server is complete', async () => {
    const document = await openApiDocument();
    expect(document.openapi).toBe('3.1.0');
    expect(faultsOf(document)).toEqual([]);
    expect(await ruleFaultsOf(document)).toEqual([]);
  });

  describe('of routes of every kind', () => {
    let at: ApiApp;
    let document: OpenAPIObject;

    beforeAll(async () => {
      at = await ApiApp.start([FruitsController]);
      document = (await (await at.fetch('/api/openapi.json')).json()) as OpenAPIObject;
    });
    afterAll(() => at[Symbol.asyncDispose]());

    const operation = (route: string): Operation => new Map(operationsOf(document)).get(route)!;

    it('is complete', async () => {
      expect(operationsOf(document)).toHaveLength(11);
      expect(faultsOf(document)).toEqual([]);
      expect(await ruleFaultsOf(document)).toEqual([]);
    });

    it('would not pass with a fault', async () => {
      const broken = structuredClone(document);
      const { responses } = broken.paths['/api/fruits']!.get!;
      Object.assign(responses['200']!, { content: 'none' });
      expect((await ruleFaultsOf(broken)).join()).toContain('struct #/paths/~1api~1fruits/get/responses/200/content');
      expect(faultsOf(broken)).toEqual(['get /api/fruits: schema of 200']);
    });

    it('says what is sent and what is answered', () => {
      expect(operation('post /api/fruits')).toMatchObject({
        operationId: 'makeFruit',
        security: [],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewFruit' } } } },
        responses: {
          201: {
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Fruit' },
                example: { name: 'pear', grams: 100 },
              },
            },
          },
        },
      });
      expect(document.components?.schemas).toMatchObject({
        Colour: { enum: ['red', 'green'] },
        Fruit: { type: 'object', required: ['name', 'grams'], properties: { grams: { type: 'integer' } } },
        NewFruit: {
          required: ['name'],
          additionalProperties: false,
          properties: { name: { type: 'string', maxLength: 8 }, grams: { default: 100 } },
        },
      });
    });

    it('says what a query and a path may hold', () => {
      const parameters = operation('get /api/fruits').parameters ?? [];
      const limit = { name: 'limit', in: 'query', required: false };
      expect(parameters).toContainEqual(
        expect.objectContaining({
          ...limit,
          schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 100, default: 50 }),
        }),
      );
      expect(parameters).toContainEqual(expect.objectContaining({ name: 'ripe', schema: { type: 'boolean' } }));
      expect(operation('delete /api/fruits/of/{channel}/{fruit}').parameters).toMatchObject([
        { name: 'channel', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]{1,8}$' } },
        { name: 'fruit', in: 'path', required: true },
      ]);
    });

    it('says what may go wrong, by code', () => {
      const codes = (route: string): Record<string, string[]> =>
        Object.fromEntries(
          Object.entries(operation(route).responses)
            .filter(([status]) => !status.startsWith('2'))
            .map(([status, response]) => {
              const { content } = response as { content: Record<string, { schema: object; examples: object }> };
              expect(content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/Error' });
              return [status, Object.keys(content['application/json']?.examples ?? {})];
            }),
        );
      expect(codes('post /api/fruits')).toEqual({
        400: ['protocol.malformed', 'protocol.invalid'],
        408: ['protocol.too_slow'],
        409: ['auth.nickname_taken'],
        413: ['protocol.too_large'],
        429: ['server.rate_limited'],
        500: ['server.internal'],
      });
      expect(codes('delete /api/fruits/of/{channel}/{fruit}')).toEqual({
        400: ['protocol.invalid'],
        401: ['auth.token_missing', 'auth.token_invalid', 'auth.token_expired'],
        403: ['access.denied', 'access.banned'],
        404: ['channel.not_found'],
        429: ['server.rate_limited'],
        500: ['server.internal'],
      });
      expect(codes('post /api/fruits/cookie')).toHaveProperty('403', ['auth.origin_refused']);
    });
  });
});
