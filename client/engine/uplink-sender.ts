import {
  HEADER_BYTES,
  HOP_TAG_BYTES,
  sealVoicePacket,
  TAG_BYTES,
  TARGET_BYTES,
  type SipHashKey,
  type VoiceHeader,
} from '@switchboard/protocol';
import type { UplinkPacket } from '../audio/uplink.ts';
import type { VoiceKeys } from './voice-keys.ts';

/** Seals what the microphone has to say under one token, and counts it: a sequence is used once among packets of its kind. */
export class UplinkSender {
  readonly #token: number;
  readonly #hopKey: SipHashKey;
  readonly #keys: VoiceKeys;
  #sequence = 0;
  #whisperSequence = 0;

  constructor(token: number, hopKey: SipHashKey, keys: VoiceKeys) {
    this.#token = token;
    this.#hopKey = hopKey;
    this.#keys = keys;
  }

  /** Packets made so far, whispers included. */
  get count(): number {
    return this.#sequence + this.#whisperSequence;
  }

  /** The next datagram for the room, of memory of its own. What is sealed must be sent: a number left out looks like loss. */
  seal(packet: UplinkPacket, nowMs: number): Uint8Array {
    const { bits, key } = this.#keys.sending(this.#token, nowMs);
    return this.#seal({ ...this.#headerOf(packet), epoch: bits, sequence: this.#sequence++ }, packet.opus, key);
  }

  /** The same for a whisper. Its key names no epoch. */
  sealWhisper(packet: UplinkPacket, target: number, key: Uint8Array): Uint8Array {
    const header = { ...this.#headerOf(packet), epoch: 0, sequence: this.#whisperSequence++, target };
    return this.#seal(header, packet.opus, key);
  }

  #headerOf({ end, levelDbov, timestampSamples }: UplinkPacket) {
    return { token: this.#token, end, level: levelDbov, timestamp: timestampSamples };
  }

  #seal(header: VoiceHeader, opus: Uint8Array, key: Uint8Array): Uint8Array {
    const headerBytes = HEADER_BYTES + (header.target === undefined ? 0 : TARGET_BYTES);
    const bytes = new Uint8Array(headerBytes + opus.length + TAG_BYTES + HOP_TAG_BYTES);
    sealVoicePacket(bytes, header, opus, key, this.#hopKey);
    return bytes;
  }
}
