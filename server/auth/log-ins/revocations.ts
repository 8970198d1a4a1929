import { Injectable } from '@nestjs/common';

/** Log-ins that are over, or, without ids, all of an account that is gone. */
export interface Revocation {
  readonly userId: string;
  readonly logInIds?: readonly string[];
}

export type RevocationListener = (revocation: Revocation) => void;

/** Tells those who act in the name of a log-in that it is over. */
@Injectable()
export class Revocations {
  readonly #listeners: RevocationListener[] = [];

  onRevoked(listener: RevocationListener): void {
    this.#listeners.push(listener);
  }

  tell(revocation: Revocation): void {
    for (const listener of this.#listeners) listener(revocation);
  }
}
