import type { LaneState, VoiceStats } from '@switchboard/client';

/**
 * 1 to 4 bars, the worse of delay and loss; 0 when no lane works, undefined while looking for one.
 * One-way mouth-to-ear delay stops to please at 150 ms and hinders from 400 ms (ITU-T G.114); FEC hides about 5 % loss.
 */
export function qualityBars(lane: LaneState, stats: VoiceStats | null): number | undefined {
  if (lane.status === 'unreachable') return 0;
  if (lane.status !== 'connected' || stats === null) return undefined;
  const loss = Math.max(stats.lossUp, stats.lossDown);
  const roundTripMs = stats.roundTripMs ?? 0;
  if (loss > 0.15 || roundTripMs > 600) return 1;
  if (loss > 0.05 || roundTripMs > 300) return 2;
  return loss > 0.02 || roundTripMs > 150 ? 3 : 4;
}

/** Of the speaker who waits longest, in ms; null when nobody is heard. */
export function jitterBufferMs(stats: VoiceStats): number | null {
  return stats.speakers.length === 0 ? null : 20 * Math.max(...stats.speakers.map((speaker) => speaker.depth));
}
