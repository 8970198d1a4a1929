import {
  decodeVoicePacket,
  deriveSenderKey,
  EPOCH_SECRET_BYTES,
  FRAME_SAMPLES,
  HOP_KEY_BYTES,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  openVoicePacket,
  SAMPLE_RATE_HZ,
  sealVoicePacket,
  sipHashKey,
} from '@switchboard/protocol';
import type { VoiceCodec } from '../audio/codec.ts';

const FRAMES = 10;
const PITCH_HZ = 150;

/**
 * Sends a buzz once through codec and cipher, for nobody. What runs for the first time is compiled first: measured in Node, the
 * first frame otherwise takes 40 to 60 ms on its way, and a conversation begins with a gap. Here it costs about 100 ms before
 * anyone waits for it.
 */
export async function warmUp(codec: VoiceCodec): Promise<void> {
  const encoder = await codec.createEncoder({ bitrateBps: 32_000 });
  const decoder = await codec.createDecoder();
  const hopKey = sipHashKey(new Uint8Array(HOP_KEY_BYTES));
  const out = new Uint8Array(MAX_PACKET_BYTES);
  for (let sequence = 0; sequence < FRAMES; sequence++) {
    const key = deriveSenderKey(new Uint8Array(EPOCH_SECRET_BYTES), sequence + 1);
    const header = { token: 1, epoch: 0, end: false, level: 0, sequence, timestamp: sequence * FRAME_SAMPLES };
    const bytes = sealVoicePacket(out, header, encoder.encode(buzz(sequence)), key, hopKey) - HOP_TAG_BYTES;
    const packet = decodeVoicePacket(out.subarray(0, bytes));
    const payload = typeof packet === 'string' ? undefined : openVoicePacket(packet, key);
    if (payload !== undefined) decoder.decode(payload);
    decoder.conceal();
  }
  encoder.free();
  decoder.free();
}

/** Like a voice, it has harmonics, and so takes the codec's way of a voice. */
function buzz(frame: number): Float32Array {
  const period = SAMPLE_RATE_HZ / PITCH_HZ;
  return Float32Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => ((frame * FRAME_SAMPLES + i) % period) / period / 2 - 0.25,
  );
}
