import type { OpenAPIObject } from '@nestjs/swagger';
import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { nameOf, type Access } from './access.ts';
import { apiError } from './api-error.ts';
import { schemaConverter } from './json-schemas.ts';
import type { ApiRoute } from './routes.ts';
import { statusOf } from './statuses.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];

/** What a route requires, for programs: `public`, `account`, `account or key`, or a permission. */
const REQUIRES = 'x-requires';

/** Adds to each operation its security and its errors, and leaves out what is not of the API. */
export function completed(document: OpenAPIObject, routes: readonly ApiRoute[]): OpenAPIObject {
  const paths: OpenAPIObject['paths'] = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const method = route.method as 'get';
    const operation = document.paths[path]?.[method];
    if (operation === undefined) throw new Error(`the document lacks ${route.method} ${path}`);
    demandParameters(operation, path);
    operation.security = route.access.kind === 'public' ? [] : [{ bearer: [] }];
    Object.assign(operation, { [REQUIRES]: nameOf(route.access) });
    operation.description = [operation.description, requirementOf(route.access)].filter(Boolean).join('\n\n');
    operation.responses = { ...operation.responses, ...errorResponses(errorsOf(route, operation)) };
    paths[path] = { ...paths[path], [method]: operation };
  }
  const error = schemaConverter()(apiError, { schemaType: 'output' });
  const schemas = { ...document.components?.schemas, ...(error?.components as object) };
  const tags = [...new Set(Object.values(paths).flatMap((item) => Object.values(item).flatMap(tagsOf)))].sort();
  return {
    ...document,
    tags: tags.map((name) => ({ name })),
    paths: sorted(paths),
    components: { ...document.components, schemas: sorted(schemas) },
  };
}

function requirementOf(access: Access): string {
  if (access.kind === 'public') return 'Open to everyone.';
  if (access.kind === 'account') return access.orKey ? 'For accounts and API keys.' : 'For accounts, not for API keys.';
  return `Requires \`${access.permission}\`${access.channelParameter === undefined ? '' : ' in the channel'}.`;
}

/** What may go wrong by what the route declares, and everywhere. */
function errorsOf({ access, answer, isForOwnPage }: ApiRoute, operation: Operation): ErrorCode[] {
  const codes: ErrorCode[] = [...answer.errors];
  if (operation.requestBody !== undefined)
    codes.push('protocol.malformed', 'protocol.invalid', 'protocol.too_large', 'protocol.too_slow');
  if ((operation.parameters ?? []).length > 0) codes.push('protocol.invalid');
  if (access.kind !== 'public')
    codes.push('auth.token_missing', 'auth.token_invalid', 'auth.token_expired', 'access.denied', 'access.banned');
  if (access.kind === 'permission' && access.channelParameter !== undefined) codes.push('channel.not_found');
  if (isForOwnPage) codes.push('auth.origin_refused');
  codes.push('server.rate_limited', 'server.internal');
  return [...new Set(codes)];
}

function errorResponses(codes: readonly ErrorCode[]): Responses {
  const responses: Responses = {};
  for (const [status, group] of Map.groupBy(codes, statusOf)) {
    const examples = group.map((code) => [code, { value: { error: { code, message: ERROR_SENTENCES[code] } } }]);
    responses[String(status)] = {
      description: group.map((code) => `\`${code}\``).join(', '),
      ...(status === 429 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/Error' },
          examples: Object.fromEntries(examples) as Record<string, { value: unknown }>,
        },
      },
    };
  }
  return responses;
}

const RETRY_AFTER = { description: 'Seconds to wait, where that is known.', schema: { type: 'integer' } };

/** What a path names is checked: `ValidParam`. */
function demandParameters({ parameters = [] }: Operation, path: string): void {
  for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
    const isDeclared = parameters.some((each) => 'in' in each && each.in === 'path' && each.name === name);
    if (!isDeclared) throw new Error(`${path} has a parameter ${String(name)} that nothing checks`);
  }
}

function tagsOf(operation: unknown): string[] {
  return (operation as Operation).tags ?? [];
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
