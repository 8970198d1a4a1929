import { randomBytes, randomInt } from 'node:crypto';
import type { Member } from './target.ts';

const HOP_KEY_BYTES = 16;

/** Sessions with tokens of their own, as the server makes them. */
export function makeMembers(count: number): Member[] {
  const tokens = new Set<number>();
  while (tokens.size < count) tokens.add(randomInt(1, 2 ** 32));
  return [...tokens].map((token) => ({ token, hopKey: new Uint8Array(randomBytes(HOP_KEY_BYTES)) }));
}
