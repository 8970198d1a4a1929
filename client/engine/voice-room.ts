import {
  decodePong,
  hexToBytes,
  sipHashKey,
  type LaneKind,
  type Pong,
  type SipHashKey,
  type VoiceGrant,
} from '@switchboard/protocol';
import type { UplinkPacket } from '../audio/uplink.ts';
import { Downlink } from './downlink.ts';
import { PathMeter } from './path-meter.ts';
import type { Destination } from './uplink-route.ts';
import { UplinkSender } from './uplink-sender.ts';
import { VoiceKeys } from './voice-keys.ts';
import { WhisperTargets } from './whisper-targets.ts';

/** One visit to one room: a token, its keys and counters, and those who are heard. */
export class VoiceRoom {
  readonly token: number;
  readonly channelId: string;
  readonly keys: VoiceKeys;
  readonly downlink: Downlink;
  readonly sender: UplinkSender;
  readonly targets: WhisperTargets;
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
    this.targets = new WhisperTargets(grant.token);
    this.meter = new PathMeter(grant.token, this.#hopKey);
  }

  /** Voice packets that came from the relay. */
  get arrived(): number {
    return this.#arrived;
  }

  ping(sequence: number, cookie: number, nowMs: number): Uint8Array {
    return this.meter.ping(sequence, cookie, nowMs, this.sender.count);
  }

  /** The datagram for a packet of the microphone; undefined if there is nobody for it. */
  seal(packet: UplinkPacket, to: Destination, nowMs: number): Uint8Array | undefined {
    if (to.kind === 'room') return this.sender.seal(packet, nowMs);
    const key = to.targetToken === null ? undefined : this.targets.keyOf(to.targetToken, nowMs);
    return to.targetToken === null || key === undefined
      ? undefined
      : this.sender.sealWhisper(packet, to.targetToken, key);
  }

  voice(bytes: Uint8Array, nowMs: number): void {
    this.#arrived++;
    this.downlink.receive(bytes, nowMs);
  }

  /** Undefined if it is no authentic answer to a ping of this room, or one that came before. */
  pong(kind: LaneKind, bytes: Uint8Array, nowMs: number): Pong | undefined {
    const pong = decodePong(bytes, this.#hopKey);
    if (pong === undefined) return undefined;
    return this.meter.pong(kind, pong, nowMs, this.#arrived) ? pong : undefined;
  }

  /** @returns the end of what was heard. */
  close(): Float32Array[] {
    const frames = this.downlink.close();
    this.keys.wipe();
    this.targets.wipe();
    return frames;
  }
}
