import { parentPort, workerData } from 'node:worker_threads';
import type { RelayCommand, RelayEvent } from './relay-messages.ts';
import type { RelayOptions } from './relay-options.ts';
import { VoiceNode } from './voice-node.ts';

/* The entry of the relay's thread. Started by ThreadedVoiceRelay with RelayOptions; speaks RelayCommand and RelayEvent. */

if (parentPort === null) throw new Error('relay-worker.ts runs in a worker thread');
const application = parentPort;
const emit = (event: RelayEvent): void => application.postMessage(event);

try {
  const node = await VoiceNode.open(workerData as RelayOptions, emit);
  application.on('message', (command: RelayCommand) => {
    if (command.type !== 'stop') node.handle(command);
    // With the sockets and this port closed, nothing keeps the thread alive.
    else void node.close().then(() => application.close());
  });
  emit({ type: 'listening', port: node.port });
} catch (error) {
  emit({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}
