import { performance } from 'node:perf_hooks';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { GatherPace } from '../gather-pace.ts';
import { accessLibc, type Libc } from '../sockets/libc.ts';
import { PortableSocket } from '../sockets/portable-socket.ts';
import { SocketWaiter } from '../sockets/socket-waiter.ts';
import { Mailbox } from './mailbox.ts';
import type { RelayThreadMail, RelayThreadSetup, ThreadEvent } from './thread-messages.ts';
import { VoiceNode } from './voice-node.ts';

/*
 * The entry of a thread of the relay. Started by RelayThreads with RelayThreadSetup; gets RelayThreadMail, tells ThreadEvent.
 *
 * With the batched socket the thread has no event loop: it waits in the system for packets or to be woken up for its mail,
 * which costs a packet less than half as much as Node's own way. With the portable socket it is a thread like any other.
 */

/** How often silent speakers are looked for: the end of a lost talk spurt is seen at most this much late. */
const TICK_MS = 50;
/** As long as nobody speaks nothing needs watching so closely. */
const IDLE_TICK_MS = 250;

if (parentPort === null) throw new Error('relay-thread.ts runs in a worker thread');
const application = parentPort;
const tell = (event: ThreadEvent): void => application.postMessage(event);

/** ms from the same moment in all threads: `performance.now` counts from the start of each. */
const clockOffsetMs = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now();
const nowMs = (): number => performance.now() + clockOffsetMs;

const setup = workerData as RelayThreadSetup;
try {
  const access = accessLibc();
  const libc = 'libc' in access ? access.libc : undefined;
  if (setup.socket === 'portable') await servePortably(libc);
  else if (libc !== undefined) serveInBatches(libc);
  else throw new Error('the batched socket was asked for, but the C library cannot be called');
} catch (error) {
  tell({
    type: 'refused',
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    message: error instanceof Error ? error.message : String(error),
  });
}

/** Returns when it was told to stop. What it opened stays open: see `ThreadDescriptors`. */
function serveInBatches(libc: Libc): void {
  const dropUnsent = (): void => node.core.countDrop('send_failed');
  const options = { sharesPort: setup.threads > 1, onSendFailed: dropUnsent };
  const waiter = SocketWaiter.open(libc, setup.at, options, setup.thread);
  const { socket } = waiter;
  const node = new VoiceNode(setup, { udp: socket, libc, nowMs, emit: tell });
  const mailbox = new Mailbox(application, node);
  const pace = new GatherPace();
  tell({ type: 'listening', port: socket.port, descriptors: { socketFd: socket.fd, wake: waiter.address } });

  let tickedAtMs = 0;
  while (!mailbox.stopped) {
    const patienceMs = mailbox.hasMore ? 0 : node.core.hearsSpeech ? TICK_MS : IDLE_TICK_MS;
    const count = waiter.receive(patienceMs);
    const atMs = nowMs();
    // Before the packets: what they are about may have been said just before they were sent.
    if (waiter.hasMail || mailbox.hasMore) mailbox.take();
    for (let index = 0; index < count; index++) {
      const datagram = socket.received[index]!;
      if (!waiter.isWake(datagram)) node.receive(datagram, datagram.from, atMs);
    }
    node.flush();
    if (atMs - tickedAtMs >= TICK_MS) {
      tickedAtMs = atMs;
      node.core.tick(atMs);
    }
    const pauseMs = pace.pauseMs(node.core.sent, atMs, count === socket.received.length);
    if (pauseMs > 0) libc.usleep(Math.ceil(pauseMs * 1000));
  }
  mailbox.close();
}

async function servePortably(libc: Libc | undefined): Promise<void> {
  const socket = await PortableSocket.open(setup.at, {
    onDatagram: (datagram) => {
      node.receive(datagram, datagram.from, nowMs());
      node.flush();
    },
    onSendFailed: () => node.core.countDrop('send_failed'),
  });
  const node = new VoiceNode(setup, { udp: socket, libc, nowMs, emit: tell });
  const ports: MessagePort[] = [];
  const ticker = setInterval(() => node.core.tick(nowMs()), TICK_MS);
  const take = (mail: RelayThreadMail): void => {
    if (mail.type === 'stop') {
      // With these closed nothing keeps the thread alive.
      clearInterval(ticker);
      void socket.close();
      for (const port of [application, ...ports]) port.close();
      return;
    }
    node.handle(mail);
    if (mail.type !== 'connect') return;
    for (const { port } of [mail.bridge, ...mail.others]) {
      ports.push(port);
      port.on('message', take);
    }
  };
  application.on('message', take);
  tell({ type: 'listening', port: socket.port, descriptors: undefined });
}
