import { createPlugin } from '@extism/extism';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import type { BenchPart } from '../report.ts';
import { median, percentile } from '../statistics.ts';
import { pause, toneFrame } from './paced-frames.ts';

const FRAME_MS = 20;

/** For comparison: the same plugin on Extism's own SDK, called in the thread that has the frame. Nothing bounds its time there. */
export function extismInThread(frames: number): BenchPart {
  return {
    name: 'extism',
    async measure() {
      const { wasm } = await gain();
      const plugin = await createPlugin({ wasm: [{ data: wasm }] }, { runInWorker: false, useWasi: false });
      const us: number[] = [];
      try {
        const startMs = performance.now();
        for (let number = 0; number < frames; number++) {
          const frame = toneFrame(number);
          const atMs = performance.now();
          const output = await plugin.call('on_audio_frame_captured', new Uint8Array(frame.buffer));
          us.push((performance.now() - atMs) * 1_000);
          if (output?.bytes().length !== frame.byteLength) throw new Error('The plugin did not answer');
          await pause(Math.max(0, startMs + (number + 1) * FRAME_MS - performance.now()));
        }
      } finally {
        await plugin.close();
      }
      return {
        figures: { extismMedianUs: median(us), extismP99Us: percentile(us, 0.99) },
        runs: us.map((value, frame) => ({ frame, us: value })),
      };
    },
  };
}
