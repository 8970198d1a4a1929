/* Runs in a worker: one plugin in its sandbox. Frames come from the engine's worker, all else from the page. */

import type { FrameQuestion, FromSandbox } from '../../plugins/sandbox-messages.ts';
import { warmedUpSandbox } from '../../plugins/warm-up.ts';
import type { ToSandboxWorker } from './sandbox-worker-messages.ts';

const sandbox = warmedUpSandbox({
  post: (message, transfer = []) => postMessage(message, { transfer: [...transfer] }),
  nowMs: () => performance.now(),
});

function serve(port: MessagePort): void {
  port.onmessage = ({ data: question }: MessageEvent<FrameQuestion>) => {
    const answer = sandbox.frame(question);
    port.postMessage(answer, [answer.samples.buffer]);
  };
}

onmessage = ({ data: message }: MessageEvent<ToSandboxWorker>) => {
  if (message.type === 'frames') serve(message.port);
  else sandbox.receive(message);
};

postMessage({ type: 'loaded' } satisfies FromSandbox);
