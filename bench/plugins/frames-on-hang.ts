import { nodeClock, PluginChain } from '@switchboard/client/headless';
import { hangingAtSound } from '../../client/engine/testing/frame-plugins.ts';
import type { BenchPart } from '../report.ts';
import { paceFrames, type TimedFrame } from './paced-frames.ts';
import { startThread } from './plugin-thread.ts';

const FRAMES = 200;

/** Frames that do not come out, or not in their order, where a plugin never comes back from its first; and how long the slowest took. */
export const framesOnHang: BenchPart = {
  name: 'hang',
  async measure() {
    const thread = await startThread(await hangingAtSound());
    try {
      const chain = new PluginChain<TimedFrame>({ clock: nodeClock });
      chain.use([thread.plugin]);
      const { us, order } = await paceFrames(chain, FRAMES);
      if (!thread.stuck()) throw new Error('The plugin did not hang');
      const kept = order.filter((number, i) => number === i).length;
      const slowestMs = Math.max(...us) / 1_000;
      return {
        figures: { framesLostOnHang: FRAMES - kept, slowestFrameOnHangMs: slowestMs },
        runs: [{ frames: FRAMES, kept, slowestMs }],
      };
    } finally {
      thread.close();
    }
  },
};
