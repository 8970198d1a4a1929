import type { Credentials } from '@switchboard/protocol';

/** Who came in, whatever they showed for it. The rest of the server knows identities only. */
export interface Identity {
  readonly userId: string;
  readonly nickname: string;
  readonly guest: boolean;
}

/** Turns one kind of credentials into an identity. */
export abstract class CredentialsVerifier<T extends Credentials['type'] = Credentials['type']> {
  abstract readonly type: T;
  /** @throws SwitchboardError `auth.*` */
  abstract verify(credentials: Extract<Credentials, { type: T }>): Promise<Identity>;
}
