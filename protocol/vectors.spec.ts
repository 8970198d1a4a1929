import { describe, expect, it } from 'vitest';
import vectors from './vectors.json' with { type: 'json' };
import { bytesToHex, deriveSenderKey, hexToBytes } from './crypto/keys.ts';
import { sipHash, sipHashKey } from './crypto/siphash.ts';
import { HOP_TAG_BYTES, MAX_PACKET_BYTES } from './voice/layout.ts';
import { decodeVoicePacket, openVoicePacket, sealVoicePacket } from './voice/packet.ts';
import { answerPing, decodePong, encodePing } from './voice/ping.ts';

// The file was made with libsodium, not with this code: it is what another implementation checks itself against.
describe('test vectors', () => {
  it.each(vectors.sipHash)('SipHash of $message', ({ key, message, tag }) => {
    const bytes = hexToBytes(message);
    const out = new Uint8Array(HOP_TAG_BYTES);
    sipHash(sipHashKey(hexToBytes(key)), bytes, 0, bytes.length, out, 0);
    expect(bytesToHex(out)).toBe(tag);
  });

  it.each(vectors.senderKeys)('sender key of token $token', ({ epochSecret, token, senderKey }) => {
    expect(bytesToHex(deriveSenderKey(hexToBytes(epochSecret), token))).toBe(senderKey);
  });

  it.each(vectors.voice)('voice packet: $name', ({ header, opus, senderKey, hopKey, uplink, downlink }) => {
    const out = new Uint8Array(MAX_PACKET_BYTES);
    const size = sealVoicePacket(out, header, hexToBytes(opus), hexToBytes(senderKey), sipHashKey(hexToBytes(hopKey)));
    expect(bytesToHex(out.subarray(0, size))).toBe(uplink);

    const packet = decodeVoicePacket(hexToBytes(downlink));
    if (typeof packet === 'string') throw new Error(packet);
    expect(packet.header).toEqual({ target: undefined, ...header });
    expect(bytesToHex(openVoicePacket(packet, hexToBytes(senderKey)) ?? new Uint8Array())).toBe(opus);
  });

  it('ping and pong', () => {
    const { token, sequence, clockUs, pingCookie, pongCookie, received, sent, ping, pong } = vectors.ping;
    const hopKey = sipHashKey(hexToBytes(vectors.ping.hopKey));
    expect(bytesToHex(encodePing({ token, sequence, cookie: pingCookie, clockUs }, hopKey))).toBe(ping);
    expect(bytesToHex(answerPing(hexToBytes(ping), pongCookie, received, sent, hopKey))).toBe(pong);
    const decoded = { token, sequence, cookie: pongCookie, clockUs, received, sent };
    expect(decodePong(hexToBytes(pong), hopKey)).toEqual(decoded);
  });
});
