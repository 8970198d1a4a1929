import { nodeClock, PluginChain } from '@switchboard/client/headless';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import type { BenchPart } from '../report.ts';
import { median, percentile } from '../statistics.ts';
import { paceFrames, type TimedFrame } from './paced-frames.ts';
import { startThread } from './plugin-thread.ts';

/** What a plugin that halves each sample adds to a frame, from the microphone's to the gate's, through its thread. */
export function hookInNode(frames: number): BenchPart {
  return {
    name: 'hook-node',
    async measure() {
      const thread = await startThread(await gain());
      try {
        const chain = new PluginChain<TimedFrame>({ clock: nodeClock });
        chain.use([thread.plugin]);
        const { us } = await paceFrames(chain, frames);
        const { missed, meanUs } = thread.plugin.takeStats();
        return {
          figures: {
            hookMedianUsNode: median(us),
            hookP99UsNode: percentile(us, 0.99),
            missedFramesNode: missed,
            pluginMeanUsNode: meanUs,
          },
          runs: us.map((value, frame) => ({ frame, us: value })),
        };
      } finally {
        thread.close();
      }
    },
  };
}
