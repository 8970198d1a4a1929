import { performance } from 'node:perf_hooks';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { GatherPace } from '../gather-pace.ts';
import { BatchedSocket } from '../sockets/batched-socket.ts';
import { accessLibc, type Libc } from '../sockets/libc.ts';
import { PortableSocket } from '../sockets/portable-socket.ts';
import { SocketWaiter } from '../sockets/socket-waiter.ts';
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
/** Messages of one port that are taken before packets are looked at again. */
const MAIL_BATCH = 128;

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
  const socket = BatchedSocket.open(libc, setup.at, { sharesPort: setup.threads > 1, onSendFailed: dropUnsent });
  const waiter = openWaiter(libc, socket);
  const node = new VoiceNode(setup, { udp: socket, libc, nowMs, emit: tell });
  const ports: MessagePort[] = [application];
  const pace = new GatherPace();
  tell({ type: 'listening', port: socket.port, descriptors: { socketFd: socket.fd, wakeFd: waiter.wakeFd } });

  let tickedAtMs = 0;
  let mail: MailState = 'empty';
  while (mail !== 'stop') {
    const patienceMs = mail === 'more' ? 0 : node.core.hearsSpeech ? TICK_MS : IDLE_TICK_MS;
    if (waiter.wait(patienceMs) || mail === 'more') mail = takeMail(ports, node);
    const count = socket.receive();
    for (let index = 0; index < count; index++) {
      const datagram = socket.received[index]!;
      node.receive(datagram, datagram.from);
    }
    node.flush();
    const atMs = nowMs();
    if (atMs - tickedAtMs >= TICK_MS) {
      tickedAtMs = atMs;
      node.core.tick(atMs);
    }
    // A full batch means that more waits already.
    const pauseMs = count < socket.received.length ? pace.pauseMs(node.core.sent, atMs) : 0;
    if (pauseMs > 0) libc.usleep(Math.ceil(pauseMs * 1000));
  }
  for (const port of ports) port.close();
}

/** Nobody would close the socket, and it would go on taking its share of the packets. */
function openWaiter(libc: Libc, socket: BatchedSocket): SocketWaiter {
  try {
    return new SocketWaiter(libc, socket.fd);
  } catch (error) {
    socket.close();
    throw error;
  }
}

type MailState = 'empty' | 'more' | 'stop';

/** Some of what has come to each port: packets wait meanwhile. The application's port is the first. */
function takeMail(ports: MessagePort[], node: VoiceNode): MailState {
  let state: MailState = 'empty';
  for (const port of ports) {
    for (let taken = 0; taken < MAIL_BATCH; taken++) {
      const next = receiveMessageOnPort(port);
      if (next === undefined) break;
      const mail = next.message as RelayThreadMail;
      if (mail.type === 'stop') return 'stop';
      node.handle(mail);
      if (mail.type === 'connect') ports.push(mail.bridge.port, ...mail.others.map((other) => other.port));
      if (taken === MAIL_BATCH - 1) state = 'more';
    }
  }
  return state;
}

async function servePortably(libc: Libc | undefined): Promise<void> {
  const socket = await PortableSocket.open(setup.at, {
    onDatagram: (datagram) => {
      node.receive(datagram, datagram.from);
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
