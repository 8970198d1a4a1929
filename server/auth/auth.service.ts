import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { GuestVerifier } from './guest-verifier.ts';
import type { CredentialsVerifier, Identity } from './identity.ts';

@Injectable()
export class AuthService {
  readonly #verifiers: ReadonlyMap<string, CredentialsVerifier>;

  constructor(guests: GuestVerifier) {
    this.#verifiers = new Map([[guests.type, guests]]);
  }

  /** @throws SwitchboardError `auth.*`; credentials of a kind that this server does not take are not valid ones. */
  async identify(credentials: Credentials): Promise<Identity> {
    const verifier = this.#verifiers.get(credentials.type);
    if (verifier === undefined) throw new SwitchboardError('auth.credentials_invalid');
    return verifier.verify(credentials);
  }
}
