import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Randomness } from '../../common/randomness.ts';
import { ServerSecrets } from '../tokens/server-secrets.ts';

/*
 * One entry, in base64url; several stand one behind the other with a dot between:
 *
 * offset  bytes
 *      0     16  random: names the device
 *     16     16  the first half of HMAC-SHA256 over those and the id of the account
 */
const ID_BYTES = 16;
const TAG_BYTES = 16;
const ENTRY = /^[\w-]{43}$/;
/** Accounts that one browser is known to; of more, the ones used last. */
const MAX_ENTRIES = 4;

/**
 * Which devices have logged in to an account before: each says so itself, by what only this server can have made. It opens nothing.
 * Its failures are counted apart, so that a stranger who tries passwords keeps nobody waiting on a device of their own.
 */
@Injectable()
export class KnownDevices {
  readonly #key: Buffer;
  readonly #random: Randomness;

  constructor(secrets: ServerSecrets, random: Randomness) {
    this.#key = secrets.of('device');
    this.#random = random;
  }

  /** The device that says it has been logged in to this account; undefined where it has not. */
  deviceOf(shown: string | undefined, userId: string): string | undefined {
    return entriesOf(shown)
      .find((entry) => this.#isOf(entry, userId))
      ?.subarray(0, ID_BYTES)
      .toString('base64url');
  }

  /** What it is to show from now on. */
  remember(shown: string | undefined, userId: string): string {
    const entries = entriesOf(shown);
    const own = entries.find((entry) => this.#isOf(entry, userId)) ?? this.#entryFor(userId);
    return [own, ...entries.filter((entry) => entry !== own)]
      .slice(0, MAX_ENTRIES)
      .map((entry) => entry.toString('base64url'))
      .join('.');
  }

  #entryFor(userId: string): Buffer {
    const id = Buffer.from(this.#random.bytes(ID_BYTES));
    return Buffer.concat([id, this.#tagOf(id, userId)]);
  }

  #isOf(entry: Buffer, userId: string): boolean {
    return timingSafeEqual(this.#tagOf(entry.subarray(0, ID_BYTES), userId), entry.subarray(ID_BYTES));
  }

  #tagOf(id: Uint8Array, userId: string): Buffer {
    return createHmac('sha256', this.#key).update(id).update(userId).digest().subarray(0, TAG_BYTES);
  }
}

function entriesOf(shown: string | undefined): Buffer[] {
  const texts = (shown ?? '').split('.', MAX_ENTRIES).filter((text) => ENTRY.test(text));
  return texts.map((text) => Buffer.from(text, 'base64url'));
}
