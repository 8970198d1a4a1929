import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BridgeBacklog } from './bridge-backlog.ts';
import { Mailbox } from './mailbox.ts';
import type { RelayThreadMail } from './thread-messages.ts';

/** As the thread takes at once from one port. */
const BATCH = 128;

describe('Mailbox', () => {
  let sut: Mailbox;
  let application: MessagePort;
  let handled: RelayThreadMail[];
  const open: MessagePort[] = [];

  beforeEach(() => {
    const { port1, port2 } = channel();
    application = port2;
    handled = [];
    sut = new Mailbox(port1, { handle: (mail) => handled.push(mail) });
  });

  afterEach(() => {
    sut.close();
    for (const port of open.splice(0)) port.close();
  });

  function channel(): MessageChannel {
    const made = new MessageChannel();
    open.push(made.port2);
    return made;
  }

  function post(port: MessagePort, ...tokens: number[]): void {
    for (const token of tokens) port.postMessage({ type: 'close', token } satisfies RelayThreadMail);
  }

  /** Connects it with a bridge and one other thread, whose ends are returned. */
  function connect(): [bridge: MessagePort, other: MessagePort] {
    const [bridge, other] = [channel(), channel()];
    const mail: RelayThreadMail = {
      type: 'connect',
      bridge: { port: bridge.port1, wake: undefined, backlog: BridgeBacklog.allocate() },
      others: [{ port: other.port1, wake: undefined }],
    };
    application.postMessage(mail, [bridge.port1, other.port1]);
    return [bridge.port2, other.port2];
  }

  function tokens(): number[] {
    return handled.flatMap((mail) => (mail.type === 'close' ? [mail.token] : []));
  }

  it('hands over what has come, in its order, once', () => {
    post(application, 1, 2, 3);
    sut.take();
    sut.take();
    expect(tokens()).toEqual([1, 2, 3]);
    expect([sut.hasMore, sut.stopped]).toEqual([false, false]);
  });

  it('reads the ports of the bridge and of the other threads', () => {
    const [bridge, other] = connect();
    post(bridge, 1);
    post(other, 2);
    post(application, 3);
    sut.take();
    expect(tokens()).toEqual([3, 1, 2]);
  });

  it('takes no more than 128 of a port at once, and says that there may be more', () => {
    const all = Array.from({ length: 2 * BATCH + 1 }, (_, index) => index);
    post(application, ...all);
    sut.take();
    expect([handled.length, sut.hasMore]).toEqual([BATCH, true]);
    sut.take();
    expect([handled.length, sut.hasMore]).toEqual([2 * BATCH, true]);
    sut.take();
    expect([tokens(), sut.hasMore]).toEqual([all, false]);
  });

  it('lets no port wait for the rest of another', () => {
    const [bridge] = connect();
    sut.take();
    post(application, ...Array.from({ length: BATCH + 1 }, () => 1));
    post(bridge, 2);
    sut.take();
    expect([tokens().at(-1), handled.length, sut.hasMore]).toEqual([2, 1 + BATCH + 1, true]);
  });

  it('takes nothing any more once it was told to stop', () => {
    const [bridge] = connect();
    post(bridge, 1);
    application.postMessage({ type: 'stop' } satisfies RelayThreadMail);
    post(application, 2);
    sut.take();
    sut.take();
    expect([sut.stopped, sut.hasMore, tokens()]).toEqual([true, false, []]);
  });
});
