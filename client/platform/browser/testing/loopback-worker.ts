/* An engine for tests: what the microphone gives is played as it is, and `self.speaking` tells of every whole frame with sound. */

import { FRAME_SAMPLES } from '@switchboard/protocol';
import { EngineBridge } from '../engine-bridge.ts';
import type { FromWorker, ToWorker } from '../worker-messages.ts';

const queue: Float32Array[] = [];

const bridge = new EngineBridge(
  {
    handle: () => undefined,
    captured: (frame) => {
      queue.push(frame.slice());
      const speaking = frame.length === FRAME_SAMPLES && frame.some((sample) => sample !== 0);
      if (speaking) postMessage({ type: 'event', event: { type: 'self.speaking', speaking } } satisfies FromWorker);
    },
    render: (out) => out.set(queue.shift() ?? new Float32Array(out.length)),
    attachSandbox: () => undefined,
    detachSandbox: () => undefined,
  },
  () => undefined,
);

onmessage = ({ data }: MessageEvent<ToWorker>) => bridge.receive(data);
postMessage({ type: 'ready' } satisfies FromWorker);
