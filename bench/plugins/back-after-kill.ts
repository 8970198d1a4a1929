import { nodeClock } from '@switchboard/client/headless';
import { PluginRunner, type FrameLine } from '@switchboard/client/plugins';
import { NodeSandboxes } from '@switchboard/client/plugins/node';
import { PLUGIN_RESTARTS } from '@switchboard/protocol';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import type { TestPlugin } from '../../client/plugins/testing/wat.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';
import { toneFrame } from './paced-frames.ts';

const RUNNERS = 4;

/** From the moment at which a plugin's thread is found to hold up frames, and ended, to the first frame that another has changed. */
export const backAfterKill: BenchPart = {
  name: 'kill',
  async measure() {
    const plugin = await gain();
    const runs: Run[] = [];
    const times: number[] = [];
    for (let runner = 0; runner < RUNNERS; runner++) {
      for (const ms of await killed(plugin)) {
        runs.push({ runner, ms });
        times.push(ms);
      }
    }
    return { figures: { backAfterKillMs: median(times), slowestBackAfterKillMs: Math.max(...times) }, runs };
  },
};

/** One plugin, as often as it is started again. */
async function killed({ manifest, wasm }: TestPlugin): Promise<number[]> {
  const lines = new Map<number, FrameLine>();
  const sandboxes = new NodeSandboxes({
    frames: { opened: (id, line) => lines.set(id, line), closed: (id) => lines.delete(id) },
  });
  let up = (_sandboxId: number): void => undefined;
  let failed = (_error: Error): void => undefined;
  const running = (): Promise<number> =>
    new Promise((resolve, reject) => {
      up = resolve;
      failed = reject;
    });
  const runner = new PluginRunner({
    open: sandboxes.open,
    clock: nodeClock,
    epochMs: () => performance.timeOrigin + performance.now(),
    random: () => 0.5,
    manifest,
    wasm,
    target: 'client',
    config: {},
    storage: {},
    events: {
      changed: (life) => {
        if (life.kind === 'running' && runner.sandboxId !== undefined) up(runner.sandboxId);
        if (life.kind === 'stopped') failed(new Error('The plugin was not started again'));
      },
      log: () => undefined,
      stored: () => undefined,
      act: () => undefined,
    },
  });
  try {
    let waiting = running();
    runner.start();
    let sandboxId = await waiting;
    const times: number[] = [];
    for (let kill = 0; kill < PLUGIN_RESTARTS; kill++) {
      await firstFrame(lines.get(sandboxId));
      waiting = running();
      const startMs = performance.now();
      sandboxes.stuck(sandboxId);
      sandboxId = await waiting;
      await firstFrame(lines.get(sandboxId));
      times.push(performance.now() - startMs);
    }
    return times;
  } finally {
    runner.stop();
    sandboxes.close();
  }
}

function firstFrame(line: FrameLine | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    line?.onAnswer(({ failed }) => (failed ? reject(new Error('The plugin failed')) : resolve()));
    line?.post({ sequence: 0, hook: 'on_audio_frame_captured', speaker: 0, samples: toneFrame(0) });
  });
}
