import { FramePlugin } from '@switchboard/client/headless';
import { NodeSandboxes } from '@switchboard/client/plugins/node';
import type { FrameLine } from '@switchboard/client/plugins';
import type { TestPlugin } from '../../client/plugins/testing/wat.ts';

export interface PluginThread {
  readonly plugin: FramePlugin;
  readonly stuck: () => boolean;
  close(): void;
}

/** A plugin in a thread of its own, as the engine sees it, with its start behind it. @throws Error if it does not start */
export async function startThread({ manifest, wasm }: TestPlugin): Promise<PluginThread> {
  let frames: FrameLine | undefined;
  let stuck = false;
  const sandboxes = new NodeSandboxes({ frames: { opened: (_, line) => (frames = line), closed: () => undefined } });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const line = sandboxes.open({
    message: (message) => {
      if (message.type === 'started') resolve(undefined);
      else if (message.type !== 'loaded') reject(new Error(JSON.stringify(message)));
    },
    stuck: () => undefined,
    ended: (reason) => reject(new Error(reason)),
  });
  line.post({ type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} });
  await promise;
  if (frames === undefined) throw new Error('The thread has no line for frames');
  return {
    plugin: new FramePlugin(line.id, frames, () => (stuck = true)),
    stuck: () => stuck,
    close: () => sandboxes.close(),
  };
}
