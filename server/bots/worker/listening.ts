import type { VoiceKeys } from '@switchboard/client/headless';
import { decodeVoicePacket, openVoicePacket, type SealedPacket } from '@switchboard/protocol';
import type { SpokenFrame } from './made-speech.ts';
import type { SpokenPackets } from './spoken-packets.ts';

/** Looking at a packet takes a microsecond or two, opening one twenty. */
const LOOKED_AT_PER_S = 2_000;
const OPENED_PER_S = 200;

/** What one second of listening came to. */
export interface Heard {
  readonly delivered: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
}

/** Counts all that the bots hear, measures how late a part of it is, and opens a part of that. */
export class Listening {
  readonly #speech: readonly SpokenFrame[];
  readonly #spoken: SpokenPackets;
  #delivered = 0;
  #deliveredBefore = 0;
  /** Every so-manieth packet is looked at; as rates change, so does this. */
  #stride = 1;
  #openingStride = 1;
  #lookedAt = 0;
  #delaysMs: number[] = [];
  #opened = 0;
  #wrong = 0;

  constructor(speech: readonly SpokenFrame[], spoken: SpokenPackets) {
    this.#speech = speech;
    this.#spoken = spoken;
  }

  get opened(): number {
    return this.#opened;
  }

  /** Of those, the ones that do not open, or are not what was said. */
  get wrong(): number {
    return this.#wrong;
  }

  take(bytes: Uint8Array, keys: VoiceKeys, nowMs: number): void {
    this.#delivered++;
    if (this.#delivered % this.#stride !== 0) return;
    const packet = decodeVoicePacket(bytes);
    const said =
      typeof packet === 'string' ? undefined : this.#spoken.find(packet.header.token, packet.header.sequence);
    // Nobody's any more, of the bots: a person speaks in the same room, or a bot has just left.
    if (typeof packet === 'string' || said === undefined) return;
    this.#delaysMs.push(nowMs - said.sentAtMs);
    if (this.#lookedAt++ % this.#openingStride === 0) this.#open(packet, said.frame, keys, nowMs);
  }

  /** What came since this was last asked, a second ago. */
  second(): Heard {
    const delivered = this.#delivered - this.#deliveredBefore;
    this.#deliveredBefore = this.#delivered;
    const sorted = this.#delaysMs.sort((a, b) => a - b);
    this.#delaysMs = [];
    this.#stride = Math.max(1, Math.ceil(delivered / LOOKED_AT_PER_S));
    this.#openingStride = Math.max(1, Math.ceil(sorted.length / OPENED_PER_S));
    return { delivered, delayP50Ms: nearestRank(sorted, 0.5), delayP99Ms: nearestRank(sorted, 0.99) };
  }

  #open(packet: SealedPacket, frame: number, keys: VoiceKeys, nowMs: number): void {
    const { token, epoch } = packet.header;
    const key = keys.receivingKey(token, epoch, nowMs);
    // The news of its epoch is slower than the packet.
    if (key === undefined) return;
    this.#opened++;
    const opus = openVoicePacket(packet, key);
    const said = this.#speech[frame]?.opus;
    if (opus === undefined || said === undefined || Buffer.compare(opus, said) !== 0) this.#wrong++;
  }
}

function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
