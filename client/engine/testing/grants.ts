import {
  bytesToHex,
  EPOCH_SECRET_BYTES,
  HOP_KEY_BYTES,
  type EpochGrant,
  type VoiceGrant,
  type VoiceMember,
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
    audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
    lanes: { udp: { port: 7702 }, websocket: { port: 7702 }, dataChannel: false },
    ...changes,
  };
}
