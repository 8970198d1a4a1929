/* An engine for tests that starts, and breaks at the first command. */

import type { ToWorker } from '../worker-messages.ts';

onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'command') throw new Error('broken on purpose');
};
postMessage({ type: 'ready' });
