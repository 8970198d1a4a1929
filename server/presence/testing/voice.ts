import { expect } from 'vitest';
import {
  decodePong,
  decodeVoicePacket,
  deriveSenderKey,
  encodePing,
  hexToBytes,
  MAX_PACKET_BYTES,
  openVoicePacket,
  sealVoicePacket,
  sipHashKey,
  type VoiceGrant,
} from '@switchboard/protocol';
import type { VoiceClient } from '../../relay/testing/voice-clients.ts';

/** One end of the voice lane, with the keys that a join gave. */
export class Voice {
  readonly #grant: VoiceGrant;
  readonly #lane: VoiceClient;
  #sequence = 0;

  private constructor(grant: VoiceGrant, lane: VoiceClient) {
    this.#grant = grant;
    this.#lane = lane;
  }

  static async bind(grant: VoiceGrant, lane: VoiceClient): Promise<Voice> {
    const hopKey = sipHashKey(hexToBytes(grant.hopKey));
    // Over UDP the second ping binds: it shows the cookie that the first one's pong brought.
    for (let sequence = 1, cookie = 0; sequence <= 2; sequence++) {
      lane.send(encodePing({ token: grant.token, sequence, clockUs: 1, cookie }, hopKey));
      const pong = decodePong(await lane.inbox.next(), hopKey);
      expect(pong).toBeDefined();
      cookie = pong?.cookie ?? 0;
    }
    return new Voice(grant, lane);
  }

  say(text: string, end = false): void {
    const { token, epoch, hopKey } = this.#grant;
    const out = new Uint8Array(MAX_PACKET_BYTES);
    const sequence = ++this.#sequence;
    const header = { token, epoch: epoch.epoch & 3, end, level: 20, sequence, timestamp: sequence * 960 };
    const senderKey = deriveSenderKey(hexToBytes(epoch.secret), token);
    const size = sealVoicePacket(out, header, Buffer.from(text), senderKey, sipHashKey(hexToBytes(hopKey)));
    this.#lane.send(out.subarray(0, size));
  }

  async hear(from: VoiceGrant): Promise<string | undefined> {
    const packet = decodeVoicePacket(await this.#lane.inbox.next());
    if (typeof packet === 'string') throw new Error(packet);
    expect(packet.header.token).toBe(from.token);
    const opened = openVoicePacket(packet, deriveSenderKey(hexToBytes(this.#grant.epoch.secret), from.token));
    return opened === undefined ? undefined : Buffer.from(opened).toString();
  }
}
