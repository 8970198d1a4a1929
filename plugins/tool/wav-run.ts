import { FRAME_SAMPLES, PLUGIN_FRAME_DEADLINE_MS, type AudioHook } from '@switchboard/protocol';
import type { SandboxSession } from './sandbox-session.ts';

/** A sound that went through a plugin, frame by frame. */
export interface WavRun {
  readonly samples: Float32Array;
  readonly frames: number;
  /** Frames that passed as they were, because the plugin failed at them. */
  readonly failed: number;
  /** Frames that took longer than they may in a room, where they would have passed as they were. */
  readonly late: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/**
 * @param samples mono, 48 kHz; a last frame that is not full is filled with silence
 * @throws ToolError if the plugin would have been stopped
 */
export async function runWav(session: SandboxSession, hook: AudioHook, samples: Float32Array): Promise<WavRun> {
  const frames = Math.ceil(samples.length / FRAME_SAMPLES);
  const out = new Float32Array(frames * FRAME_SAMPLES);
  out.set(samples);
  const costs = new Float64Array(frames);
  let failed = 0;
  for (let sequence = 0; sequence < frames; sequence++) {
    const at = sequence * FRAME_SAMPLES;
    const answer = await session.frame({
      sequence,
      hook,
      speaker: hook === 'on_audio_frame_captured' ? 0 : 1,
      samples: out.slice(at, at + FRAME_SAMPLES),
    });
    out.set(answer.samples, at);
    costs[sequence] = answer.costUs;
    if (answer.failed) failed++;
  }
  const sorted = costs.toSorted();
  const quantile = (part: number): number => sorted[Math.max(0, Math.ceil(part * frames) - 1)] ?? 0;
  return {
    samples: out.subarray(0, samples.length),
    frames,
    failed,
    late: costs.filter((costUs) => costUs > PLUGIN_FRAME_DEADLINE_MS * 1_000).length,
    medianUs: quantile(0.5),
    p99Us: quantile(0.99),
    maxUs: quantile(1),
  };
}
