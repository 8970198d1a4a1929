import { ALL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import type { RestClient, Answer } from './rest-client.ts';

/** Whom a route is for, as the document says. */
export type Requirement =
  { readonly kind: 'public' | 'account' | 'caller' } | { readonly kind: 'permission'; readonly permission: Permission };

/** A route of the API, as the document has it. */
export interface DocumentedRoute {
  readonly operationId: string;
  readonly method: string;
  /** `/users/{id}`, below `/api`. */
  readonly path: string;
  readonly requirement: Requirement;
  readonly takesBody: boolean;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: unknown;
  readonly 'x-requires'?: string;
}

/** All routes that the server says it has. */
export async function documentedRoutes(rest: RestClient): Promise<DocumentedRoute[]> {
  const { paths } = (await rest.get('/openapi.json')).as<{ paths: Record<string, Record<string, Operation>> }>();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path: path.replace(/^\/api/, ''),
      requirement: requirementOf(operation),
      takesBody: operation.requestBody !== undefined,
    })),
  );
}

/** `public`, `account`, `account or key`, `member.kick`, `channel.manage in {id}`. */
function requirementOf({ operationId, 'x-requires': requires = '' }: Operation): Requirement {
  if (requires === 'public' || requires === 'account') return { kind: requires };
  if (requires === 'account or key') return { kind: 'caller' };
  const permission = ALL_PERMISSIONS.find((name) => name === requires.replace(/ in \{\w+\}$/, ''));
  if (permission === undefined) throw new Error(`${operationId} does not say what it requires: ${requires}`);
  return { kind: 'permission', permission };
}

const NOBODY_HAS_IT = '00000000-0000-7000-8000-000000000000';

/**
 * Asks for it in a way that changes nothing, whoever asks: what it is about does not exist, but for the channel, and what it is told
 * is not what it takes. Guards come first: who is let in gets as far as that.
 */
export function knock(
  rest: RestClient,
  { method, path, takesBody }: DocumentedRoute,
  channelId: string,
): Promise<Answer> {
  const filled = path.replaceAll(/\{\w+\}/g, path.startsWith('/channels/') ? channelId : NOBODY_HAS_IT);
  const headers = { origin: new URL(rest.url).origin };
  return rest.send(method, filled, takesBody ? { 'no such field': true } : undefined, headers);
}
