import { performance } from 'node:perf_hooks';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { accessLibc } from '../sockets/libc.ts';
import { BridgeBacklog } from './bridge-backlog.ts';
import type { BridgeAddress, BridgeMail, BridgeSetup, RelayThreadMail, ThreadEvent } from './thread-messages.ts';
import { ThreadPost } from './thread-post.ts';
import { VoiceBridge } from './voice-bridge.ts';
import { WebSocketListener } from '../websocket-listener.ts';

/* The entry of the bridge's thread. Started by RelayThreads with BridgeSetup; gets BridgeMail, tells ThreadEvent. */

if (parentPort === null) throw new Error('bridge-thread.ts runs in a worker thread');
const application = parentPort;
const tell = (event: ThreadEvent): void => application.postMessage(event);
const { at, tls, threads } = workerData as BridgeSetup;

const access = accessLibc();
const libc = 'libc' in access ? access.libc : undefined;
const ports: MessagePort[] = [];
const posts: ThreadPost<RelayThreadMail>[] = [];

try {
  const listener: WebSocketListener = await WebSocketListener.open(at, tls, {
    onMessage: (bytes, from) => bridge.message(bytes, from),
    onTooLong: () => bridge.countDrop('too_long'),
    onClosed: (stream) => bridge.closed(stream),
  });
  const relays = Array.from({ length: threads }, (_, thread) => (mail: RelayThreadMail) => posts[thread]?.send(mail));
  const bridge = new VoiceBridge(listener, relays, () => performance.now());
  const take = (mail: BridgeMail, backlog?: BridgeBacklog): void => {
    switch (mail.type) {
      case 'connect':
        connect(mail.relays, take);
        return;
      case 'report':
        tell({ type: 'bridgeReport', dropped: bridge.dropped });
        return;
      case 'stop':
        // With these closed nothing keeps the thread alive.
        void listener.close().then(() => {
          for (const port of [application, ...ports]) port.close();
        });
        return;
      case 'deliver':
        bridge.handle(mail);
        backlog?.remove(mail.packets.reduce((copies, { streams }) => copies + streams.length, 0));
        return;
      default:
        bridge.handle(mail);
    }
  };
  application.on('message', (mail: BridgeMail) => take(mail));
  tell({ type: 'listening', port: listener.port, descriptors: undefined });
} catch (error) {
  tell({
    type: 'refused',
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    message: error instanceof Error ? error.message : String(error),
  });
}

function connect(relays: readonly BridgeAddress[], take: (mail: BridgeMail, backlog: BridgeBacklog) => void): void {
  for (const { port, wake, backlog: shared } of relays) {
    const backlog = new BridgeBacklog(shared);
    ports.push(port);
    posts.push(new ThreadPost(port, wake, libc));
    port.on('message', (mail: BridgeMail) => take(mail, backlog));
  }
}
