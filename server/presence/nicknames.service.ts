import { Injectable } from '@nestjs/common';
import { MAX_NICKNAME_LENGTH, SwitchboardError } from '@switchboard/protocol';
import type { Identity } from '../auth/identity.ts';
import { AccountNames } from '../users/account-names.ts';
import { nicknameKey } from './nickname-key.ts';
import type { Session } from './session.ts';

/** What somebody comes in under, and who has that name here without a right to it. */
export interface Claim {
  readonly nickname: string;
  readonly holders: readonly Session[];
}

/**
 * Who is called what: no two people here have names that could be taken for the same one, and the nickname of an account is its own. So an
 * account always gets in under its name, whoever took it meanwhile.
 */
@Injectable()
export class NicknamesService {
  readonly #accounts: AccountNames;

  constructor(accounts: AccountNames) {
    this.#accounts = accounts;
  }

  /**
   * For somebody who comes in. A name that a token gives is not its bearer's choice: if it is taken, it is made another.
   * @throws SwitchboardError `auth.nickname_taken`
   */
  claim({ userId, nickname, access, isNamed, guest }: Identity, here: Iterable<Session>): Claim {
    const others = othersThan(userId, here);
    const holders = called(nickname, others);
    if (access.type === 'account') {
      // Two accounts of one name are from before that was refused.
      if (holders.some(({ identity }) => this.#accounts.isOf(identity.userId, nickname)))
        throw taken('credentials.nickname');
      return { nickname, holders };
    }
    if (holders.length === 0 && !this.#accounts.isAnothers(userId, nickname)) return { nickname, holders };
    if (isNamed !== true) throw taken('credentials.nickname');
    return { nickname: this.#free(nickname, guest, others), holders: [] };
  }

  /**
   * For somebody who is here, and wants to be called so.
   * @throws SwitchboardError `auth.nickname_taken`, `access.denied` where their token says what they are called
   */
  refuse({ identity: { userId, isNamed } }: Session, nickname: string, here: Iterable<Session>): void {
    if (isNamed === true) {
      throw new SwitchboardError('access.denied', 'The site that you come from says what you are called.', {
        field: 'nickname',
      });
    }
    const isTaken =
      called(nickname, othersThan(userId, here)).length > 0 || this.#accounts.isAnothers(userId, nickname);
    if (isTaken) throw taken('nickname');
  }

  /** What somebody is called from now on who had another's name. */
  insteadOf({ member: { userId, nickname, guest } }: Session, here: Iterable<Session>): string {
    return this.#free(nickname, guest, othersThan(userId, here));
  }

  #free(nickname: string, guest: boolean, others: readonly Session[]): string {
    const takenKeys = new Set(others.map(({ member }) => nicknameKey(member.nickname)));
    for (let number = 1; ; number++) {
      const name = withSuffix(nickname, guest ? guestSuffix(number) : ` (${number + 1})`);
      if (!takenKeys.has(nicknameKey(name)) && !this.#accounts.isAnothers('', name)) return name;
    }
  }
}

function guestSuffix(number: number): string {
  return number === 1 ? ' (guest)' : ` (guest ${number})`;
}

/** Shortened by whole characters, so that both fit. */
function withSuffix(nickname: string, suffix: string): string {
  const characters = Array.from(nickname);
  while (characters.join('').length + suffix.length > MAX_NICKNAME_LENGTH) characters.pop();
  return `${characters.join('').trimEnd()}${suffix}`;
}

function othersThan(userId: string, here: Iterable<Session>): Session[] {
  return [...here].filter(({ identity }) => identity.userId !== userId);
}

function called(nickname: string, sessions: readonly Session[]): Session[] {
  const key = nicknameKey(nickname);
  return sessions.filter(({ member }) => nicknameKey(member.nickname) === key);
}

function taken(field: string): SwitchboardError {
  return new SwitchboardError('auth.nickname_taken', undefined, { field });
}
