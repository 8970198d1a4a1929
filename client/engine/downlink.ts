import { decodeVoicePacket, openVoicePacket, type SealedPacket } from '@switchboard/protocol';
import type { DownlinkDrop } from './engine-messages.ts';
import { PacketHold } from './packet-hold.ts';
import type { Speaker } from './speaker.ts';
import type { VoiceKeys } from './voice-keys.ts';

/**
 * From datagrams to jitter buffers: understands, finds whose it is, opens with that sender's key. Any bytes go in; what
 * is not played is counted under its reason.
 */
export class Downlink {
  readonly #keys: VoiceKeys;
  readonly #speakers = new Map<number, Speaker>();
  /** Gone, but for the end of a sound. */
  readonly #leaving: Speaker[] = [];
  readonly #hold = new PacketHold();
  readonly #dropped: Record<DownlinkDrop, number> = {
    malformed: 0,
    unknown_token: 0,
    not_authentic: 0,
    wrong_epoch: 0,
    undecodable: 0,
    overflow: 0,
  };

  constructor(keys: VoiceKeys) {
    this.#keys = keys;
  }

  get speakers(): Iterable<Speaker> {
    return this.#speakers.values();
  }

  /** Totals. */
  get dropped(): Readonly<Record<DownlinkDrop, number>> {
    let undecodable = this.#dropped.undecodable;
    for (const speaker of this.#speakers.values()) undecodable += speaker.refused;
    return { ...this.#dropped, undecodable };
  }

  /** Replaces who had this token, or this member under another. */
  add(speaker: Speaker, nowMs: number): void {
    this.sweep(nowMs);
    this.remove(speaker.memberId);
    this.#drop(this.#speakers.get(speaker.token));
    this.#speakers.set(speaker.token, speaker);
    this.retryHeld(nowMs);
  }

  remove(memberId: string): void {
    for (const speaker of this.#speakers.values()) if (speaker.memberId === memberId) this.#drop(speaker);
  }

  /** Everyone's next 20 ms, as far as there is anything to hear, into `frames`. */
  pull(frames: Float32Array[]): void {
    for (const speaker of this.#speakers.values()) add(frames, speaker.pull());
    for (const speaker of this.#leaving) add(frames, speaker.pull());
    this.#leaving.length = 0;
  }

  /** A voice datagram. */
  receive(bytes: Uint8Array, nowMs: number): void {
    const packet = decodeVoicePacket(bytes);
    if (typeof packet === 'string') {
      this.#dropped.malformed++;
    } else if (!this.#isUnderstood(packet, nowMs)) {
      if (!this.#hold.hold(packet, nowMs)) this.#dropped.overflow++;
    } else {
      this.#play(packet, nowMs);
    }
  }

  /** A token or an epoch became known: perhaps somebody waits for it. */
  retryHeld(nowMs: number): void {
    this.sweep(nowMs);
    for (const packet of this.#hold.release((held) => this.#isUnderstood(held, nowMs))) this.#play(packet, nowMs);
  }

  /** Drops what has waited in vain. */
  sweep(nowMs: number): void {
    for (const { header } of this.#hold.expired(nowMs)) {
      this.#dropped[this.#speakers.has(header.token) ? 'wrong_epoch' : 'unknown_token']++;
    }
  }

  /** @returns the end of what was heard. */
  close(): Float32Array[] {
    for (const speaker of this.#speakers.values()) this.#drop(speaker);
    this.#hold.clear();
    const frames: Float32Array[] = [];
    this.pull(frames);
    return frames;
  }

  #drop(speaker: Speaker | undefined): void {
    if (speaker === undefined) return;
    this.#dropped.undecodable += speaker.refused;
    this.#speakers.delete(speaker.token);
    this.#keys.forget(speaker.token);
    if (speaker.leave()) this.#leaving.push(speaker);
  }

  /** Not so if the control lane may be about to say more. */
  #isUnderstood({ header }: SealedPacket, nowMs: number): boolean {
    if (!this.#speakers.has(header.token)) return false;
    // The sender may have heard of the next epoch before us.
    if (!this.#keys.isNext(header.epoch)) return true;
    return this.#keys.receivingKey(header.token, header.epoch, nowMs) !== undefined;
  }

  #play(packet: SealedPacket, nowMs: number): void {
    const { header } = packet;
    const speaker = this.#speakers.get(header.token);
    const key = this.#keys.receivingKey(header.token, header.epoch, nowMs);
    // Whispers are of a later version: their key is another.
    if (speaker === undefined || key === undefined || header.target !== undefined) {
      this.#dropped.wrong_epoch++;
      return;
    }
    const payload = openVoicePacket(packet, key);
    if (payload === undefined) {
      this.#dropped.not_authentic++;
      return;
    }
    const { sequence, end, timestamp } = header;
    const refusal = speaker.insert({ sequence, timestampSamples: timestamp, end, payload });
    if (refusal !== undefined) this.#dropped[refusal]++;
  }
}

function add(frames: Float32Array[], frame: Float32Array | undefined): void {
  if (frame !== undefined) frames.push(frame);
}
