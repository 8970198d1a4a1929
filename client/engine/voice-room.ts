import {
  decodePong,
  hexToBytes,
  sipHashKey,
  type LaneKind,
  type SipHashKey,
  type VoiceGrant,
} from '@switchboard/protocol';
import { Downlink } from './downlink.ts';
import { PathMeter } from './path-meter.ts';
import { UplinkSender } from './uplink-sender.ts';
import { VoiceKeys } from './voice-keys.ts';

/** One visit to one room: a token, its keys and counters, and those who are heard. */
export class VoiceRoom {
  readonly token: number;
  readonly channelId: string;
  readonly keys: VoiceKeys;
  readonly downlink: Downlink;
  readonly sender: UplinkSender;
  readonly meter: PathMeter;
  readonly #hopKey: SipHashKey;
  #arrived = 0;

  constructor(grant: VoiceGrant) {
    this.token = grant.token;
    this.channelId = grant.epoch.channelId;
    this.#hopKey = sipHashKey(hexToBytes(grant.hopKey));
    this.keys = new VoiceKeys(grant.epoch);
    this.downlink = new Downlink(this.keys);
    this.sender = new UplinkSender(grant.token, this.#hopKey, this.keys);
    this.meter = new PathMeter(grant.token, this.#hopKey);
  }

  /** Voice packets that came from the relay. */
  get arrived(): number {
    return this.#arrived;
  }

  ping(sequence: number, nowMs: number): Uint8Array {
    return this.meter.ping(sequence, nowMs, this.sender.count);
  }

  voice(bytes: Uint8Array, nowMs: number): void {
    this.#arrived++;
    this.downlink.receive(bytes, nowMs);
  }

  /** The sequence of the ping that this answers; undefined if it is no authentic answer, or one that came before. */
  pong(kind: LaneKind, bytes: Uint8Array, nowMs: number): number | undefined {
    const pong = decodePong(bytes, this.#hopKey);
    if (pong === undefined) return undefined;
    return this.meter.pong(kind, pong, nowMs, this.#arrived) ? pong.sequence : undefined;
  }

  /** @returns the end of what was heard. */
  close(): Float32Array[] {
    const frames = this.downlink.close();
    this.keys.wipe();
    return frames;
  }
}
