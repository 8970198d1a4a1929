import {
  decodeVoicePacket,
  openVoicePacket,
  type SealedPacket,
  type VoiceHeader,
  type WhisperGrant,
} from '@switchboard/protocol';
import type { DownlinkDrop } from './engine-messages.ts';
import { HeardWhispers } from './heard-whispers.ts';
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
  readonly #whispers = new HeardWhispers();
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

  /** Those of the room; who whispers is not among them. */
  get speakers(): Iterable<Speaker> {
    return this.#speakers.values();
  }

  /** Totals. */
  get dropped(): Readonly<Record<DownlinkDrop, number>> {
    let undecodable = this.#dropped.undecodable;
    for (const speaker of this.#everyone()) undecodable += speaker.refused;
    return { ...this.#dropped, undecodable };
  }

  /** What a member is called to plugins: the lowest number, from 1, that is nobody else's, and the same for all streams of one. */
  numberOf(memberId: string): number {
    const taken = new Set<number>();
    for (const speaker of this.#everyone()) {
      if (speaker.memberId === memberId) return speaker.number;
      taken.add(speaker.number);
    }
    let number = 1;
    while (taken.has(number)) number++;
    return number;
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

  /** Someone addresses one with whispers, or does so under a new secret. */
  listen(grant: WhisperGrant, makeSpeaker: () => Speaker, nowMs: number): void {
    this.sweep(nowMs);
    this.#whispers.listen(grant, makeSpeaker, nowMs);
    this.retryHeld(nowMs);
  }

  /** A whisper target is over. */
  forgetWhisper(targetToken: number): void {
    this.#letGo(this.#whispers.forget(targetToken));
  }

  /** How loud one member is heard, in the room and whispering. */
  setVolume(memberId: string, gain: number): void {
    for (const speaker of this.#everyone()) if (speaker.memberId === memberId) speaker.setVolume(gain);
  }

  /** Everyone's next 20 ms, as far as there is anything to hear, into `frames`. */
  pull(frames: Float32Array[]): void {
    for (const speaker of this.#everyone()) add(frames, speaker.pull());
    for (const speaker of this.#leaving) add(frames, speaker.pull());
    this.#leaving.length = 0;
  }

  /** A voice datagram. */
  receive(bytes: Uint8Array, nowMs: number): void {
    const packet = decodeVoicePacket(bytes);
    if (typeof packet === 'string') {
      this.#dropped.malformed++;
    } else if (!this.#take(packet, nowMs) && !this.#hold.hold(packet, nowMs)) {
      this.#dropped.overflow++;
    }
  }

  /** A token, an epoch or a whisper became known: perhaps somebody waits for it. */
  retryHeld(nowMs: number): void {
    this.sweep(nowMs);
    this.#hold.retry((packet) => this.#take(packet, nowMs));
  }

  /** Drops what has waited in vain. */
  sweep(nowMs: number): void {
    for (const { header } of this.#hold.expired(nowMs)) this.#dropped[this.#lacked(header)]++;
  }

  /** @returns the end of what was heard. */
  close(): Float32Array[] {
    for (const speaker of this.#speakers.values()) this.#drop(speaker);
    for (const speaker of this.#whispers.clear()) this.#letGo(speaker);
    this.#hold.clear();
    const frames: Float32Array[] = [];
    this.pull(frames);
    return frames;
  }

  *#everyone(): Iterable<Speaker> {
    yield* this.#speakers.values();
    yield* this.#whispers.speakers;
  }

  #drop(speaker: Speaker | undefined): void {
    if (speaker === undefined) return;
    this.#speakers.delete(speaker.token);
    this.#keys.forget(speaker.token);
    this.#letGo(speaker);
  }

  #letGo(speaker: Speaker | undefined): void {
    if (speaker === undefined) return;
    this.#dropped.undecodable += speaker.refused;
    if (speaker.leave()) this.#leaving.push(speaker);
  }

  /** Plays a packet, or counts why not. False if the control lane may be about to say more of it. */
  #take(packet: SealedPacket, nowMs: number): boolean {
    const { header } = packet;
    if (header.target !== undefined) return this.#takeWhisper(packet, header.target, nowMs);
    const speaker = this.#speakers.get(header.token);
    if (speaker === undefined) return false;
    const key = this.#keys.receivingKey(header.token, header.epoch, nowMs);
    if (key === undefined) {
      // The sender may have heard of the next epoch before us.
      if (this.#keys.isNext(header.epoch)) return false;
      this.#dropped.wrong_epoch++;
      return true;
    }
    const payload = openVoicePacket(packet, key);
    if (payload === undefined) this.#dropped.not_authentic++;
    else this.#play(speaker, header, payload);
    return true;
  }

  /** One that cannot be opened may be under a secret that is still to be told: its header does not say which. */
  #takeWhisper(packet: SealedPacket, target: number, nowMs: number): boolean {
    const opened = this.#whispers.open(packet, target, nowMs);
    if (opened === undefined) return false;
    this.#play(opened.speaker, packet.header, opened.payload);
    return true;
  }

  #play(speaker: Speaker, { sequence, end, timestamp }: VoiceHeader, payload: Uint8Array): void {
    const refusal = speaker.insert({ sequence, timestampSamples: timestamp, end, payload });
    if (refusal !== undefined) this.#dropped[refusal]++;
  }

  #lacked({ token, target }: VoiceHeader): DownlinkDrop {
    if (target !== undefined) return this.#whispers.has(target) ? 'not_authentic' : 'unknown_token';
    return this.#speakers.has(token) ? 'wrong_epoch' : 'unknown_token';
  }
}

function add(frames: Float32Array[], frame: Float32Array | undefined): void {
  if (frame !== undefined) frames.push(frame);
}
