import { performance } from 'node:perf_hooks';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { FromSandbox, ToSandbox } from '../../plugins/sandbox-messages.ts';
import { warmedUpSandbox } from '../../plugins/warm-up.ts';
import { FrameMemory, ThreadFrames } from './shared-frames.ts';

/*
 * The entry of a plugin's thread. Started by NodeSandboxes with the memory for frames; gets ToSandbox, tells FromSandbox.
 *
 * It has no event loop: it waits in the system until it is woken up for frames, which go first, or for messages.
 */

if (parentPort === null) throw new Error('sandbox-thread.ts runs in a worker thread');
const host = parentPort;
const frames = new ThreadFrames(new FrameMemory(workerData as SharedArrayBuffer));
const sandbox = warmedUpSandbox({
  post: (message, transfer = []) => host.postMessage(message, [...transfer]),
  nowMs: () => performance.now(),
});

host.postMessage({ type: 'loaded' } satisfies FromSandbox);
for (;;) {
  const { bell } = frames;
  const served = frames.serve((question) => sandbox.frame(question));
  const mail = receiveMessageOnPort(host);
  if (mail !== undefined) sandbox.receive(mail.message as ToSandbox);
  else if (!served) frames.wait(bell);
}
