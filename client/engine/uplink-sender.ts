import { HEADER_BYTES, HOP_TAG_BYTES, sealVoicePacket, TAG_BYTES, type SipHashKey } from '@switchboard/protocol';
import type { UplinkPacket } from '../audio/uplink.ts';
import type { VoiceKeys } from './voice-keys.ts';

/** Seals what the microphone has to say under one token, and counts it: a sequence is used once. */
export class UplinkSender {
  readonly #token: number;
  readonly #hopKey: SipHashKey;
  readonly #keys: VoiceKeys;
  #sequence = 0;

  constructor(token: number, hopKey: SipHashKey, keys: VoiceKeys) {
    this.#token = token;
    this.#hopKey = hopKey;
    this.#keys = keys;
  }

  /** Packets made so far. */
  get count(): number {
    return this.#sequence;
  }

  /** The next datagram, of memory of its own. What is sealed here must be sent: a number left out looks like loss. */
  seal(packet: UplinkPacket): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES + packet.opus.length + TAG_BYTES + HOP_TAG_BYTES);
    const header = {
      token: this.#token,
      epoch: this.#keys.sendingBits,
      end: packet.end,
      level: packet.levelDbov,
      sequence: this.#sequence++,
      timestamp: packet.timestampSamples,
    };
    sealVoicePacket(bytes, header, packet.opus, this.#keys.sendingKey(this.#token), this.#hopKey);
    return bytes;
  }
}
