import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { Randomness } from '../../common/randomness.ts';
import { ServerSecrets } from './server-secrets.ts';

/*
 * offset  bytes
 *      0     16  id of the log-in
 *     16     32  random
 *     48     16  the first half of HMAC-SHA256 over the 48 before
 *
 * What is random makes the token; the id finds its log-in without a search. The HMAC tells a token that was replaced from one that was made up: who
 * knows the id of a log-in, which is no secret, cannot end it by showing rubbish.
 */
const ID_BYTES = 16;
const RANDOM_BYTES = 32;
const SIGNED_BYTES = ID_BYTES + RANDOM_BYTES;
const TAG_BYTES = 16;
const TOKEN_BYTES = SIGNED_BYTES + TAG_BYTES;

export interface RefreshToken {
  readonly logInId: string;
  /** SHA-256, hexadecimal: what is stored. */
  readonly hash: string;
}

/** Makes and reads the tokens that a log-in is continued with. */
@Injectable()
export class RefreshTokens {
  readonly #key: Buffer;
  readonly #random: Randomness;

  constructor(secrets: ServerSecrets, random: Randomness) {
    this.#key = secrets.of('refresh');
    this.#random = random;
  }

  mint(logInId: string): RefreshToken & { readonly token: string } {
    const signed = Buffer.concat([uuidBytes(logInId), this.#random.bytes(RANDOM_BYTES)]);
    const bytes = Buffer.concat([signed, this.#tagOf(signed)]);
    return { token: bytes.toString('base64url'), logInId, hash: hashOf(bytes) };
  }

  /** Undefined for what this server has not made. */
  read(token: string): RefreshToken | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // One token has one spelling.
    if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return undefined;
    const signed = bytes.subarray(0, SIGNED_BYTES);
    if (!timingSafeEqual(this.#tagOf(signed), bytes.subarray(SIGNED_BYTES))) return undefined;
    return { logInId: uuidText(bytes.subarray(0, ID_BYTES)), hash: hashOf(bytes) };
  }

  #tagOf(signed: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(signed).digest().subarray(0, TAG_BYTES);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
