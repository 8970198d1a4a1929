import {
  bytesToHex,
  EPOCH_SECRET_BYTES,
  HOP_KEY_BYTES,
  WHISPER_SECRET_BYTES,
  type EpochGrant,
  type VoiceGrant,
  type VoiceMember,
  type WhisperGrant,
  type WhisperTarget,
} from '@switchboard/protocol';

export const CHANNEL_ID = 'lobby';

/** A hop key for each token. */
export function hopKeyOf(token: number): Uint8Array {
  return new Uint8Array(HOP_KEY_BYTES).fill(token);
}

/** A secret for each epoch. */
export function epochGrant(epoch: number): EpochGrant {
  return { channelId: CHANNEL_ID, epoch, secret: bytesToHex(new Uint8Array(EPOCH_SECRET_BYTES).fill(epoch + 1)) };
}

/** A secret for each generation of a target. */
export function whisperTarget(targetToken: number, generation = 0): WhisperTarget {
  const secret = new Uint8Array(WHISPER_SECRET_BYTES).fill(generation + 1);
  secret[0] = targetToken;
  return { targetToken, secret: bytesToHex(secret) };
}

export function whisperGrant(targetToken: number, from: VoiceMember, generation = 0): WhisperGrant {
  return { ...whisperTarget(targetToken, generation), ...from };
}

export function voiceGrant(
  token: number,
  members: readonly VoiceMember[],
  changes: Partial<VoiceGrant> = {},
): VoiceGrant {
  return {
    token,
    hopKey: bytesToHex(hopKeyOf(token)),
    epoch: epochGrant(1),
    members: [...members],
    whispers: [],
    audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
    lanes: { udp: { port: 7702 }, websocket: { port: 7702 }, dataChannel: false },
    ...changes,
  };
}
