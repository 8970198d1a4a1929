import type { PermissionSet } from '@switchboard/protocol';
import type { AccessGrant } from '../auth/identity.ts';

/** Whose permissions are asked for: a session's identity is one, and so is who calls the REST API. */
export interface Person {
  readonly userId: string;
  readonly access: AccessGrant;
  /** What an API key is limited to; its maker's rank goes with it, the exceptions for admins do not. */
  readonly limit?: PermissionSet;
}

/** Who does something that is audited. */
export interface Actor extends Person {
  readonly nickname: string;
}

/** An account as a target or an actor, here or not: what it may do is looked up by its id. */
export function accountActor(userId: string, nickname: string): Actor {
  return { userId, nickname, access: { type: 'account' } };
}
