import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { AccessVerifier } from './access-verifier.ts';
import { GuestVerifier } from './guest-verifier.ts';
import type { CredentialsVerifier, Identity } from './identity.ts';
import { JoinTokenVerifier } from './join-token-verifier.ts';
import { Revocations, type RevocationListener } from './log-ins/revocations.ts';

@Injectable()
export class AuthService {
  readonly #verifiers: ReadonlyMap<string, CredentialsVerifier>;
  readonly #revocations: Revocations;

  constructor(
    guests: GuestVerifier,
    accounts: AccessVerifier,
    joinTokens: JoinTokenVerifier,
    revocations: Revocations,
  ) {
    this.#verifiers = new Map([guests, accounts, joinTokens].map((verifier) => [verifier.type, verifier]));
    this.#revocations = revocations;
  }

  /**
   * @param network as `remoteNetwork` has it.
   * @throws SwitchboardError `auth.*`, `access.banned`; credentials of a kind that this server does not take are not valid ones.
   */
  async identify(credentials: Credentials, network: string | undefined): Promise<Identity> {
    const verifier = this.#verifiers.get(credentials.type);
    if (verifier === undefined) throw new SwitchboardError('auth.credentials_invalid');
    return verifier.verify(credentials, network);
  }

  /** Told when log-ins have ended, or an account is gone: what is done in their name ends too. */
  onRevoked(listener: RevocationListener): void {
    this.#revocations.onRevoked(listener);
  }
}
