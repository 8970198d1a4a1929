import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { decodePong } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Datagram } from '../datagram.ts';
import { LoudestSpeakers } from '../loudest-speakers.ts';
import { NewestSequences } from '../newest-sequences.ts';
import { PathCookies } from '../path-cookie.ts';
import type { RelayEvent } from '../relay-messages.ts';
import { addressOf, RecordingSender, type Sent } from '../testing/core-harness.ts';
import { hopKeyOf, pingPacket, relayed, relaySession, voicePacket } from '../testing/packets.ts';
import { TrafficCounts } from '../traffic-counts.ts';
import type { UdpAddress } from '../udp-address.ts';
import { BridgeBacklog } from './bridge-backlog.ts';
import type { BridgeMail, RelayThreadMail } from './thread-messages.ts';
import { VoiceNode } from './voice-node.ts';

const THREADS = 2;
const COOKIE_SECRET = new Uint8Array(16).fill(7);
const ANN = 1;
const BEN = 2;

/** Thread 0 of two. */
describe('VoiceNode', () => {
  let sut: VoiceNode;
  let sent: Sent[];
  let told: RelayEvent[];
  let bridge: MessagePort;
  let other: MessagePort;
  const cookies = new PathCookies(COOKIE_SECRET);

  beforeEach(() => {
    sent = [];
    told = [];
    const at = { host: '127.0.0.1', family: 4, port: 0 } as const;
    sut = new VoiceNode(
      { thread: 0, threads: THREADS, socket: 'portable', at, cookieSecret: COOKIE_SECRET },
      { udp: new RecordingSender(sent), libc: undefined, nowMs: () => 1_000, emit: (event) => told.push(event) },
    );
    const [toBridge, toOther] = [new MessageChannel(), new MessageChannel()];
    bridge = toBridge.port2;
    other = toOther.port2;
    sut.handle({
      type: 'connect',
      bridge: { port: toBridge.port1, wake: undefined, backlog: BridgeBacklog.allocate() },
      others: [{ port: toOther.port1, wake: undefined }],
    });
    for (const token of [ANN, BEN]) open(token);
  });

  afterEach(() => {
    bridge.close();
    other.close();
  });

  function open(token: number): void {
    const shared = {
      counts: TrafficCounts.allocate(THREADS),
      newest: NewestSequences.allocate(THREADS),
      loudest: LoudestSpeakers.allocate(),
    };
    sut.handle({ type: 'open', session: relaySession(token), shared });
  }

  function receive(bytes: Uint8Array, from: UdpAddress): void {
    sut.receive(new Datagram(bytes), from, 1_000);
    sut.flush();
  }

  function bind(token: number): void {
    receive(pingPacket(token, 0, { cookie: cookies.cookieFor(token, addressOf(token)) }), addressOf(token));
  }

  function fromStream(stream: number, ...packets: Uint8Array[]): void {
    sut.handle({ type: 'streamMessages', messages: packets.map((bytes) => ({ stream, bytes })) });
  }

  function mailAt<Mail>(port: MessagePort): Mail[] {
    const mail: Mail[] = [];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      mail.push(next.message as Mail);
    }
    return mail;
  }

  it('tells the other threads which address a ping bound', () => {
    bind(ANN);
    const words = addressOf(ANN).toWords();
    expect(mailAt<RelayThreadMail>(other)).toEqual([{ type: 'bound', token: ANN, at: { words }, sequence: 0 }]);
    expect(mailAt<BridgeMail>(bridge)).toEqual([]);
  });

  it('tells nobody of a ping that binds nothing', () => {
    receive(pingPacket(ANN, 0), addressOf(ANN));
    expect(mailAt<RelayThreadMail>(other)).toEqual([]);
  });

  it('sends to where another thread bound a session', () => {
    bind(ANN);
    sut.handle({ type: 'bound', token: BEN, at: { words: addressOf(BEN).toWords() }, sequence: 0 });
    sent.length = 0;
    const packet = voicePacket({ token: ANN, sequence: 0 });
    receive(packet, addressOf(ANN));
    expect(sent).toMatchObject([{ bytes: relayed(packet) }]);
    expect((sent[0]?.to as UdpAddress).equals(addressOf(BEN))).toBe(true);
  });

  it('tells of a session’s lane if it is its turn', () => {
    bind(ANN);
    bind(BEN);
    expect(told).toEqual([{ type: 'lane', token: BEN, lane: 'udp' }]);
    sut.handle({ type: 'bound', token: BEN, at: { stream: 9 }, sequence: 1 });
    expect(told.at(-1)).toEqual({ type: 'lane', token: BEN, lane: 'websocket' });
  });

  it('tells the bridge alone of a stream that showed whose it is, before the pong', () => {
    fromStream(5, pingPacket(BEN, 3));
    const [bound, pong] = mailAt<BridgeMail>(bridge);
    expect(bound).toEqual({ type: 'streamBound', stream: 5, token: BEN, sequence: 3 });
    expect(pong).toMatchObject({ type: 'deliver', packets: [{ streams: [5] }] });
    const bytes = pong?.type === 'deliver' ? pong.packets[0]!.bytes : new Uint8Array();
    expect(decodePong(bytes, hopKeyOf(BEN))).toMatchObject({ token: BEN, sequence: 3 });
    expect(mailAt<RelayThreadMail>(other)).toEqual([]);
  });

  it('gives the bridge one packet for all streams of a room', () => {
    bind(ANN);
    for (const token of [3, 4]) {
      open(token);
      sut.handle({ type: 'bound', token, at: { stream: token }, sequence: 0 });
    }
    const packet = voicePacket({ token: ANN, sequence: 0 });
    receive(packet, addressOf(ANN));
    const [delivery, ...more] = mailAt<BridgeMail>(bridge);
    expect(delivery).toMatchObject({ type: 'deliver', packets: [{ streams: [3, 4] }] });
    expect(delivery?.type === 'deliver' && delivery.packets.map(({ bytes }) => Buffer.from(bytes))).toEqual([
      Buffer.from(relayed(packet)),
    ]);
    expect(more).toEqual([]);
  });

  it('has a stream closed whose first message binds nothing', () => {
    fromStream(5, voicePacket({ token: BEN, sequence: 0 }));
    expect(mailAt<BridgeMail>(bridge)).toEqual([{ type: 'closeStream', stream: 5 }]);
    sut.handle({ type: 'report' });
    expect(told.at(-1)).toMatchObject({ type: 'report', report: { dropped: { unbound_address: 1 } } });
  });

  it('sends nothing more to a stream that has closed', () => {
    bind(ANN);
    fromStream(5, pingPacket(BEN, 0));
    sut.handle({ type: 'streamClosed', stream: 5 });
    mailAt<BridgeMail>(bridge);
    receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(mailAt<BridgeMail>(bridge)).toEqual([]);
    expect(told).toContainEqual({ type: 'lane', token: BEN, lane: null });
  });

  it('sends on all of many messages that came together', () => {
    bind(ANN);
    fromStream(5, pingPacket(BEN, 0));
    sent.length = 0;
    const packets = Array.from({ length: 50 }, (_, sequence) => voicePacket({ token: BEN, sequence, opusBytes: 20 }));
    // More than a socket has places for.
    const junk = Array.from({ length: 300 }, () => Uint8Array.of(0));
    fromStream(5, ...packets, ...junk, voicePacket({ token: BEN, sequence: 50, opusBytes: 20 }));
    expect(sent).toHaveLength(51);
  });

  it('obeys the application', () => {
    bind(ANN);
    bind(BEN);
    sut.handle({ type: 'whisper', target: { token: 77, speaker: ANN, listeners: [BEN] } });
    sut.handle({ type: 'removeWhisperListener', target: 77, listener: BEN });
    sut.handle({ type: 'update', token: BEN, speaks: true, hears: true });
    sut.handle({ type: 'configure', roomId: 'lobby', settings: { bitrateBps: 8_000, forwardLimit: 0 } });
    sent.length = 0;
    receive(voicePacket({ token: ANN, sequence: 0, target: 77 }), addressOf(ANN));
    expect(sent).toEqual([]);
    sut.handle({ type: 'addWhisperListener', target: 77, listener: BEN });
    receive(voicePacket({ token: ANN, sequence: 1, target: 77 }), addressOf(ANN));
    receive(voicePacket({ token: ANN, sequence: 0, opusBytes: 1_275 }), addressOf(ANN));
    expect(sent).toHaveLength(2);
    receive(voicePacket({ token: ANN, sequence: 1, opusBytes: 1_275 }), addressOf(ANN));
    sut.handle({ type: 'endWhisper', token: 77 });
    receive(voicePacket({ token: ANN, sequence: 2, target: 77, opusBytes: 10 }), addressOf(ANN));
    sut.handle({ type: 'close', token: BEN });
    expect(sent).toHaveLength(2);
    sut.handle({ type: 'report' });
    const dropped = { rate_limited: 1, unknown_target: 1 };
    expect(told.at(-1)).toMatchObject({ type: 'report', report: { sessions: 1, received: 3, dropped } });
  });

  it('counts what could not be sent', () => {
    sut.core.countDrop('send_failed');
    sut.handle({ type: 'report' });
    expect(told.at(-1)).toMatchObject({ report: { dropped: { send_failed: 1 } } });
  });
});
