import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Secrets and ids come from here, so that tests can choose them. */
export abstract class Randomness {
  abstract bytes(length: number): Uint8Array;
}

@Injectable()
export class SystemRandomness extends Randomness {
  bytes(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }
}
