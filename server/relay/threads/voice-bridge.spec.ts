import { MAX_PACKETS_PER_SECOND } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamLane } from '../relay-lane.ts';
import { voicePacket } from '../testing/packets.ts';
import type { RelayThreadMail } from './thread-messages.ts';
import { VoiceBridge } from './voice-bridge.ts';

const PACKET = Uint8Array.of(1, 2, 3);

/** A connection that writes down what is done with it. */
class Connection implements StreamLane {
  readonly kind = 'websocket';
  readonly sent: Uint8Array[] = [];
  closed = false;
  bound = 0;
  refusal: 'receiver_slow' | undefined;

  send(bytes: Uint8Array): 'receiver_slow' | undefined {
    if (this.refusal === undefined) this.sent.push(bytes);
    return this.refusal;
  }

  close(): void {
    this.closed = true;
  }
}

describe('VoiceBridge', () => {
  let sut: VoiceBridge;
  /** What each of three relay threads got. */
  let mail: RelayThreadMail[][];
  let nowMs: number;
  let connections: number;

  beforeEach(() => {
    mail = [[], [], []];
    nowMs = 1_000;
    connections = 0;
    sut = new VoiceBridge(
      { bound: (stream) => (stream as Connection).bound++ },
      mail.map((thread) => (message) => thread.push(message)),
      () => nowMs,
    );
  });

  /** A new connection that has shown that it is of this session. */
  async function connected(token: number): Promise<Connection> {
    const connection = new Connection();
    sut.message(voicePacket({ token, sequence: 0 }), connection);
    await turn();
    sut.handle({ type: 'streamBound', stream: ++connections, token, sequence: 0 });
    for (const thread of mail) thread.length = 0;
    return connection;
  }

  /** What came in one turn of the event loop is carried at its end. */
  function turn(): Promise<void> {
    return Promise.resolve();
  }

  it('carries what came in one turn as one message, in the order it came', async () => {
    const [one, other] = [await connected(3), await connected(3)];
    const packets = [0, 1, 2].map((sequence) => voicePacket({ token: 3, sequence }));
    sut.message(packets[0]!, one);
    sut.message(packets[1]!, other);
    sut.message(packets[2]!, one);
    expect(mail).toEqual([[], [], []]);
    await turn();
    const messages = [
      { stream: 1, bytes: packets[0] },
      { stream: 2, bytes: packets[1] },
      { stream: 1, bytes: packets[2] },
    ];
    expect(mail).toEqual([[{ type: 'streamMessages', messages }], [], []]);
  });

  it('carries what comes in the next turn by itself', async () => {
    const connection = await connected(3);
    sut.message(PACKET, connection);
    await turn();
    sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toMatchObject([{ messages: [{ bytes: PACKET }] }, { messages: [{ bytes: PACKET }] }]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 0],
    [0xffffffff, 0],
    [0xfffffffe, 2],
  ])('gives all of session %d to thread %d', async (token, thread) => {
    for (const sequence of [0, 1]) sut.message(voicePacket({ token, sequence }), new Connection());
    await turn();
    expect(mail.map(([first]) => (first?.type === 'streamMessages' ? first.messages.length : 0))).toEqual(
      [0, 1, 2].map((number) => (number === thread ? 2 : 0)),
    );
  });

  it('keeps a stream with the thread of its first message', async () => {
    const connection = await connected(1);
    sut.message(voicePacket({ token: 2, sequence: 0 }), connection);
    await turn();
    expect(mail.map((thread) => thread.length)).toEqual([0, 1, 0]);
  });

  it('carries a first message without a header, for the relay to refuse', async () => {
    sut.message(new Uint8Array(0), new Connection());
    await turn();
    expect(mail[0]).toMatchObject([{ messages: [{ stream: 1, bytes: new Uint8Array(0) }] }]);
  });

  it('reads the token where the message is in its buffer', async () => {
    const packet = voicePacket({ token: 1, sequence: 0 });
    const buffer = new Uint8Array(packet.length + 16).fill(0xff);
    buffer.set(packet, 8);
    sut.message(buffer.subarray(8, 8 + packet.length), new Connection());
    await turn();
    expect(mail.map((thread) => thread.length)).toEqual([0, 1, 0]);
  });

  it('tells all threads that a stream has closed, after its last messages', async () => {
    const connection = await connected(1);
    sut.message(PACKET, connection);
    sut.closed(connection);
    await turn();
    const closed = { type: 'streamClosed', stream: 1 };
    expect(mail).toEqual([
      [closed],
      [{ type: 'streamMessages', messages: [{ stream: 1, bytes: PACKET }] }, closed],
      [closed],
    ]);
  });

  it('tells nothing of a connection that never said anything', () => {
    sut.closed(new Connection());
    expect(mail).toEqual([[], [], []]);
  });

  it('hands each packet to its streams, in order', async () => {
    const [one, other] = [await connected(1), await connected(2)];
    const second = Uint8Array.of(4);
    sut.handle({
      type: 'deliver',
      packets: [
        { bytes: PACKET, streams: [1, 2] },
        { bytes: second, streams: [2] },
      ],
    });
    expect([one.sent, other.sent]).toEqual([[PACKET], [PACKET, second]]);
    expect(sut.dropped).toEqual({});
  });

  it('counts what a slow listener does not get', async () => {
    const [slow, quick] = [await connected(1), await connected(2)];
    slow.refusal = 'receiver_slow';
    for (let i = 0; i < 2; i++) sut.handle({ type: 'deliver', packets: [{ bytes: PACKET, streams: [1, 2] }] });
    sut.countDrop('too_long');
    expect(quick.sent).toHaveLength(2);
    expect(sut.dropped).toEqual({ receiver_slow: 2, too_long: 1 });
  });

  it('lets a stream stay that has shown whose it is, and tells the other threads', async () => {
    const connection = await connected(1);
    sut.handle({ type: 'streamBound', stream: 1, token: 1, sequence: 7 });
    expect(connection.bound).toBe(2);
    const bound = { type: 'bound', token: 1, at: { stream: 1 }, sequence: 7 };
    expect(mail).toEqual([[bound], [], [bound]]);
  });

  it('closes a stream when a thread says so', async () => {
    const connection = await connected(1);
    sut.handle({ type: 'closeStream', stream: 1 });
    expect(connection.closed).toBe(true);
  });

  it('does nothing for a stream that closed while the mail was on its way', async () => {
    const connection = await connected(1);
    sut.closed(connection);
    for (const thread of mail) thread.length = 0;
    sut.handle({ type: 'streamBound', stream: 1, token: 1, sequence: 7 });
    sut.handle({ type: 'closeStream', stream: 1 });
    sut.handle({ type: 'deliver', packets: [{ bytes: PACKET, streams: [1] }] });
    expect([connection.bound, connection.closed, connection.sent]).toEqual([1, false, []]);
    expect(mail).toEqual([[], [], []]);
    expect(sut.dropped).toEqual({});
  });

  it('carries nothing after the first message until that has shown whose the stream is', async () => {
    const connection = new Connection();
    for (let i = 0; i < 1_000; i++) sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toMatchObject([{ messages: [{ stream: 1 }] }]);
    expect(sut.dropped).toEqual({ rate_limited: 999 });
    sut.handle({ type: 'streamBound', stream: 1, token: 3, sequence: 0 });
    sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toHaveLength(2);
  });

  it('carries nothing of a stream that is being closed', async () => {
    const connection = await connected(3);
    sut.handle({ type: 'closeStream', stream: 1 });
    sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toEqual([]);
    expect(sut.dropped).toEqual({ rate_limited: 1 });
  });

  it('carries at most twice of what a session may send', async () => {
    const connection = await connected(3);
    for (let i = 0; i < 500; i++) sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toMatchObject([{ messages: { length: 2 * MAX_PACKETS_PER_SECOND } }]);
    nowMs += 1_000;
    sut.message(PACKET, connection);
    await turn();
    expect(mail[0]).toHaveLength(2);
    expect(sut.dropped).toEqual({ rate_limited: 500 - 2 * MAX_PACKETS_PER_SECOND });
  });

  it('gives no number twice', async () => {
    sut.closed(await connected(1));
    sut.message(PACKET, new Connection());
    await turn();
    expect(mail[0]?.at(-1)).toMatchObject({ messages: [{ stream: 2 }] });
  });
});
