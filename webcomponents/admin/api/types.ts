import type { paths } from './schema.d.ts';

/** What the resources of the API look like, read off its routes. */

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never;
type Good<R> = R extends Record<number, unknown> ? Json<R[keyof R & (200 | 201 | 202)]> : never;

/** What a route answers. */
export type Answer<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { responses: infer R }
  ? Good<R>
  : never;
/** What a route takes. */
export type Body<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { requestBody?: infer B }
  ? Json<NonNullable<B>>
  : never;
type Item<T> = T extends { items: (infer I)[] } ? I : T extends (infer I)[] ? I : never;

/** A part of a list, and where the next one begins. */
export interface Paged<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type LoggedIn = Answer<'/api/auth/login', 'post'>;
export type Me = Answer<'/api/auth/me', 'get'>;
export type RoleBrief = Me['roles'][number];
export type User = Item<Answer<'/api/users', 'get'>>;
export type Role = Item<Answer<'/api/roles', 'get'>>;
/** What of a role can be written. */
export type RoleWrite = Pick<Role, 'name' | 'rank' | 'colour' | 'permissions'>;
export type PermissionInfo = Item<Answer<'/api/permissions', 'get'>>;
export type VirtualServer = Item<Answer<'/api/servers', 'get'>>;
export type Channel = Item<Answer<'/api/channels', 'get'>>;
export type ChannelWrite = Body<'/api/channels/{id}', 'patch'>;
export type ChannelRule = Item<Answer<'/api/channels/{id}/rules', 'get'>>;
export type Message = Item<Answer<'/api/messages', 'get'>>;
export type LiveSession = Item<Answer<'/api/sessions', 'get'>>;
export type Ban = Item<Answer<'/api/bans', 'get'>>;
export type AuditEntry = Item<Answer<'/api/audit', 'get'>>;
/** Those that entries can be looked for by: all that this version writes. */
export type AuditAction = NonNullable<NonNullable<paths['/api/audit']['get']['parameters']['query']>['action']>;
export type Stats = Answer<'/api/stats', 'get'>;
export type StatsHistory = Answer<'/api/stats/history', 'get'>;
export type Settings = Answer<'/api/settings', 'get'>;
export type Webhook = Item<Answer<'/api/webhooks', 'get'>>;
export type Delivery = Item<Answer<'/api/webhooks/{id}/deliveries', 'get'>>;
export type ApiKey = Item<Answer<'/api/api-keys', 'get'>>;
export type Invite = Item<Answer<'/api/invites', 'get'>>;
export type Plugin = Item<Answer<'/api/plugins', 'get'>>;
export type PluginInspection = Answer<'/api/plugins/inspect', 'post'>;
export type PluginLogLine = Item<Answer<'/api/plugins/{id}/log', 'get'>>;
export type LogLine = Item<Answer<'/api/logs', 'get'>>;
export type Stress = Answer<'/api/stress', 'get'>;
