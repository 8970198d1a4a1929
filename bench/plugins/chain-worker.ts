/* Bundled, and run in a worker of a page: the engine's end of a plugin's worker, with a clock at either side of the chain. */

import { FramePlugin } from '../../client/engine/frame-plugin.ts';
import { PluginChain } from '../../client/engine/plugin-chain.ts';
import { browserClock } from '../../client/platform/browser/browser-clock.ts';
import { openFrameLine } from '../../client/platform/browser/sandbox-frames.ts';
import { paceFrames, type TimedFrame } from './paced-frames.ts';

interface ChainTask {
  readonly port: MessagePort;
  readonly frames: number;
}

export interface ChainResult {
  readonly us: readonly number[];
  readonly missed: number;
  readonly meanUs: number;
}

onmessage = async ({ data: { port, frames } }: MessageEvent<ChainTask>) => {
  const plugin = new FramePlugin(
    1,
    openFrameLine(port, () => undefined),
    () => undefined,
  );
  const chain = new PluginChain<TimedFrame>({ clock: browserClock });
  chain.use([plugin]);
  const { us } = await paceFrames(chain, frames);
  const { missed, meanUs } = plugin.takeStats();
  postMessage({ us, missed, meanUs } satisfies ChainResult);
};
