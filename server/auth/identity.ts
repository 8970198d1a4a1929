import type { Credentials, PermissionSet } from '@switchboard/protocol';

/** Who came in, whatever they showed for it. The rest of the server knows identities only. */
export interface Identity {
  readonly userId: string;
  readonly nickname: string;
  readonly guest: boolean;
  /** The nickname came with the credentials, and is not for the bearer to change. */
  readonly isNamed?: boolean;
  readonly access: AccessGrant;
  /** The log-in that the identity stands on: it ends with that. Undefined for guests and join tokens. */
  readonly logInId?: string;
}

/** What someone's permissions come from (ADR 015). */
export type AccessGrant =
  /** The roles that the account has at the moment of asking. */
  { readonly type: 'account' } | { readonly type: 'guest' } | TokenGrant;

/** A join token: these permissions, in this channel and below it, as far as who minted it has them there at the moment of asking. */
export interface TokenGrant {
  readonly type: 'token';
  readonly channelId: string;
  readonly permissions: PermissionSet;
  /** The id of an account. */
  readonly mintedBy: string;
}

/** Turns one kind of credentials into an identity. */
export abstract class CredentialsVerifier<T extends Credentials['type'] = Credentials['type']> {
  abstract readonly type: T;
  /**
   * @param network as `remoteNetwork` has it.
   * @throws SwitchboardError `auth.*`, `access.banned`
   */
  abstract verify(credentials: Extract<Credentials, { type: T }>, network: string | undefined): Promise<Identity>;
}
