import type { Credentials, PermissionSet } from '@switchboard/protocol';

/** Who came in, whatever they showed for it. The rest of the server knows identities only. */
export interface Identity {
  readonly userId: string;
  readonly nickname: string;
  readonly guest: boolean;
  readonly access: AccessGrant;
  /** The log-in that the identity stands on: it ends with that. Undefined for guests and join tokens. */
  readonly logInId?: string;
}

/** What someone's permissions come from (ADR 015). */
export type AccessGrant =
  /** The roles that were given to an account; Member goes without saying. */
  | { readonly type: 'account'; readonly roleIds: readonly string[] }
  | { readonly type: 'guest' }
  /** A join token: these permissions, in this channel and below it, and none elsewhere. */
  | { readonly type: 'token'; readonly channelId: string; readonly permissions: PermissionSet };

/** Turns one kind of credentials into an identity. */
export abstract class CredentialsVerifier<T extends Credentials['type'] = Credentials['type']> {
  abstract readonly type: T;
  /** @throws SwitchboardError `auth.*`, `access.banned` */
  abstract verify(credentials: Extract<Credentials, { type: T }>): Promise<Identity>;
}
