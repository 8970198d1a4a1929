import type { Randomness } from '../common/randomness.ts';

const FIRST_DELAY_MS = 10_000;
const FACTOR = 3;
const MAX_DELAY_MS = 4 * 3_600_000;
/** So many of them are spread by this part, up and down: what failed together is not tried again together. */
const JITTER = 0.2;

/** What is not delivered by then is given up. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/** How long to wait after the nth attempt, counted from 1: 10 s, 30 s, 90 s, and so on up to 4 hours, each ± 20 %. */
export function retryDelayMs(attempts: number, random: Randomness): number {
  const plain = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** (attempts - 1));
  const bytes = random.bytes(4);
  const part = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 0xffffffff;
  return Math.round(plain * (1 + JITTER * (2 * part - 1)));
}
