import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { decodePong, MAX_OPUS_BYTES, MAX_PACKET_BYTES, SwitchboardError } from '@switchboard/protocol';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelaySession } from './relay-messages.ts';
import type { RelayOptions } from './relay-options.ts';
import { hopKeyOf, pingPacket, relayed, relaySession, voicePacket, withBitFlipped } from './testing/packets.ts';
import { UdpClient, WebSocketClient, type VoiceClient } from './testing/voice-clients.ts';
import { ThreadedVoiceRelay } from './threaded-voice-relay.ts';

const LOOPBACK: RelayOptions = { host: '127.0.0.1', port: 0, tls: undefined };
const ANN = 1;
const BEN = 2;
const CAT = 3;

describe('relay', () => {
  let sut: ThreadedVoiceRelay;
  const clients: VoiceClient[] = [];

  async function start(options: Partial<RelayOptions> = {}): Promise<void> {
    sut = new ThreadedVoiceRelay({ ...LOOPBACK, ...options });
    await sut.start();
  }

  async function udp(host?: string): Promise<UdpClient> {
    const client = await UdpClient.open(sut.port, host);
    clients.push(client);
    return client;
  }

  async function webSocket(options?: Parameters<typeof WebSocketClient.open>[1]): Promise<WebSocketClient> {
    const client = await WebSocketClient.open(sut.port, options);
    clients.push(client);
    return client;
  }

  /** Opens a session and binds it to the client's lane. */
  async function join<T extends VoiceClient>(
    token: number,
    client: T,
    changes: Partial<RelaySession> = {},
  ): Promise<T> {
    sut.open(relaySession(token, changes));
    // The relay's thread takes commands in order: once it has answered, it knows the session.
    await sut.report();
    await ping(token, client, 0);
    return client;
  }

  async function ping(token: number, client: VoiceClient, sequence: number): Promise<void> {
    client.send(pingPacket(token, sequence));
    const pong = decodePong(await client.inbox.next(), hopKeyOf(token));
    expect(pong).toMatchObject({ token, sequence });
  }

  /** The next event of this kind. */
  function event(kind: 'speaking' | 'lane' | 'failed'): Promise<unknown> {
    return new Promise((resolve) => {
      const off = sut.on(kind, (told) => {
        off();
        resolve(told);
      });
    });
  }

  async function drops(): Promise<Record<string, number>> {
    const { dropped } = await sut.report();
    return Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0));
  }

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await sut.stop();
  });

  describe('on its lanes', () => {
    beforeEach(() => start());

    it('lets listeners on UDP and on a WebSocket hear the same bytes', async () => {
      const ann = await join(ANN, await udp());
      const ben = await join(BEN, await udp());
      const cat = await join(CAT, await webSocket());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      expect(await cat.inbox.next()).toEqual(relayed(packet));

      const answer = voicePacket({ token: CAT, sequence: 0 });
      cat.send(answer);
      expect(await ann.inbox.next()).toEqual(relayed(answer));
      expect(await ben.inbox.next()).toEqual(relayed(answer));
      expect(await sut.report()).toMatchObject({ sessions: 3, rooms: 1, received: 2, sent: 4, pings: 3 });
    });

    it('drops and counts what fails a check, and nobody hears it', async () => {
      const ann = await join(ANN, await udp());
      const ben = await join(BEN, await udp());
      const cat = await join(CAT, await webSocket());
      const stranger = await udp();
      const heard = voicePacket({ token: ANN, sequence: 0 });
      ann.send(heard);
      stranger.send(Uint8Array.of(1, 2, 3));
      stranger.send(new Uint8Array(0));
      stranger.send(voicePacket({ token: 99, sequence: 0 }));
      stranger.send(voicePacket({ token: ANN, sequence: 1, signedBy: BEN }));
      stranger.send(voicePacket({ token: ANN, sequence: 1 }));
      // What the stranger sent is dealt with once a ping sent after it is answered.
      await join(4, stranger, { roomId: 'elsewhere' });
      ann.send(heard);
      ann.send(heard.subarray(0, 30));
      ann.send(withBitFlipped(voicePacket({ token: ANN, sequence: 1 }), 200));
      ann.send(voicePacket({ token: ANN, sequence: 1, opusBytes: MAX_OPUS_BYTES + 1 }));
      ann.send(voicePacket({ token: ANN, sequence: 1, target: BEN }));
      const last = voicePacket({ token: ANN, sequence: 2 });
      ann.send(last);

      for (const listener of [ben, cat]) {
        expect(await listener.inbox.next()).toEqual(relayed(heard));
        expect(await listener.inbox.next()).toEqual(relayed(last));
        expect(listener.inbox.size).toBe(0);
      }
      expect(ann.inbox.size).toBe(0);
      expect(await drops()).toEqual({
        too_short: 2,
        too_long: 1,
        unknown_token: 1,
        wrong_hop_tag: 2,
        unbound_address: 1,
        replayed: 1,
        unknown_target: 1,
      });
    });

    it('drops and counts what fails a check on a WebSocket too', async () => {
      const ann = await join(ANN, await webSocket());
      const ben = await join(BEN, await udp());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      ann.send(packet);
      ann.send(Uint8Array.of(7));
      ann.send(voicePacket({ token: BEN, sequence: 0 }));
      ann.send(pingPacket(BEN, 1));
      const last = voicePacket({ token: ANN, sequence: 1 });
      ann.send(last);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      expect(await ben.inbox.next()).toEqual(relayed(last));
      expect(ann.inbox.size).toBe(0);
      expect(await drops()).toEqual({ replayed: 1, too_short: 1, unbound_address: 2 });
    });

    it('limits the rate of one member', async () => {
      const ann = await join(ANN, await webSocket());
      await join(BEN, await udp());
      for (let i = 0; i < 500; i++) ann.send(voicePacket({ token: ANN, sequence: i, opusBytes: 20 }));
      // A ping would be limited as well; a stream keeps its order, and closes after all of it.
      const gone = event('lane');
      await ann.close();
      await gone;
      const report = await sut.report();
      expect(report.received + report.dropped.rate_limited).toBe(500);
      expect(report.received).toBeGreaterThanOrEqual(59);
      expect(report.dropped.rate_limited).toBeGreaterThan(300);
      expect(report.sent).toBe(report.received);
    });

    it('follows a client to another UDP port', async () => {
      const ann = await join(ANN, await udp());
      await join(BEN, await udp());
      const benMoved = await udp();
      await ping(BEN, benMoved, 1);
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await benMoved.inbox.next()).toEqual(relayed(packet));
    });

    it('moves a client from a WebSocket to UDP with the second ping', async () => {
      const ann = await join(ANN, await udp());
      const stream = await join(BEN, await webSocket());
      const datagrams = await udp();
      await ping(BEN, datagrams, 1);
      const before = voicePacket({ token: ANN, sequence: 0 });
      ann.send(before);
      expect(await stream.inbox.next()).toEqual(relayed(before));

      const moved = event('lane');
      await ping(BEN, datagrams, 2);
      expect(await moved).toEqual({ type: 'lane', token: BEN, lane: 'udp' });
      const after = voicePacket({ token: ANN, sequence: 1 });
      ann.send(after);
      expect(await datagrams.inbox.next()).toEqual(relayed(after));

      const late = voicePacket({ token: BEN, sequence: 0 });
      stream.send(late);
      expect(await ann.inbox.next()).toEqual(relayed(late));
      await stream.close();
      const last = voicePacket({ token: ANN, sequence: 2 });
      ann.send(last);
      expect(await datagrams.inbox.next()).toEqual(relayed(last));
    });

    it('tells which lane a session is on', async () => {
      const udpBound = event('lane');
      await join(ANN, await udp());
      expect(await udpBound).toEqual({ type: 'lane', token: ANN, lane: 'udp' });
      const streamBound = event('lane');
      const stream = await webSocket();
      await ping(ANN, stream, 1);
      expect(await streamBound).toEqual({ type: 'lane', token: ANN, lane: 'websocket' });
      const unbound = event('lane');
      await stream.close();
      expect(await unbound).toEqual({ type: 'lane', token: ANN, lane: null });
    });

    it('tells who speaks, and that a silent one has stopped', async () => {
      const ann = await join(ANN, await udp());
      const began = event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 0 }));
      expect(await began).toEqual({ type: 'speaking', token: ANN, speaking: true });
      const ended = event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 1, end: true }));
      expect(await ended).toEqual({ type: 'speaking', token: ANN, speaking: false });
      const beganAgain = event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 2 }));
      await beganAgain;
      expect(await event('speaking')).toEqual({ type: 'speaking', token: ANN, speaking: false });
    });

    it('obeys update and close', async () => {
      const ann = await join(ANN, await udp());
      const ben = await join(BEN, await udp());
      const cat = await join(CAT, await webSocket());
      sut.update(BEN, { speaks: false, hears: false });
      await sut.report();
      const first = voicePacket({ token: ANN, sequence: 0 });
      ann.send(first);
      expect(await cat.inbox.next()).toEqual(relayed(first));
      ben.send(voicePacket({ token: BEN, sequence: 0 }));
      await ping(BEN, ben, 1);
      expect(await drops()).toEqual({ not_allowed: 1 });

      sut.close(CAT);
      await cat.closed;
      ann.send(voicePacket({ token: ANN, sequence: 1 }));
      await ping(ANN, ann, 1);
      expect(await sut.report()).toMatchObject({ sessions: 2, received: 2, sent: 1 });
    });

    it('counts a message that is too long for any packet, and closes its stream', async () => {
      const ann = await join(ANN, await webSocket());
      ann.send(new Uint8Array(MAX_PACKET_BYTES + 1));
      expect(await ann.closed).toBe(1009);
      expect(await drops()).toEqual({ too_long: 1 });
    });

    it('closes a WebSocket whose first message binds nothing', async () => {
      const stranger = await webSocket();
      stranger.send(voicePacket({ token: ANN, sequence: 0 }));
      await stranger.closed;
      expect(await drops()).toEqual({ unknown_token: 1 });
    });

    it('counts a flood over a WebSocket exactly, and stays open for what is good', async () => {
      const ann = await join(ANN, await webSocket());
      const ben = await join(BEN, await udp());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      const floods = {
        too_short: packet.subarray(0, 20),
        unknown_token: voicePacket({ token: 0x0badcafe, sequence: 0 }),
        wrong_hop_tag: withBitFlipped(packet, 300),
        unbound_address: voicePacket({ token: BEN, sequence: 0 }),
        replayed: pingPacket(ANN, 0),
      };
      for (const bytes of Object.values(floods)) {
        for (let i = 0; i < 5_000; i++) ann.send(bytes);
      }
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      expect([ann.inbox.size, ben.inbox.size]).toEqual([0, 0]);
      expect(await drops()).toEqual(Object.fromEntries(Object.keys(floods).map((reason) => [reason, 5_000])));
    });
  });

  describe('on its addresses', () => {
    it('serves IPv6', async () => {
      await start({ host: '::1' });
      const ann = await join(ANN, await udp('::1'));
      const ben = await join(BEN, await udp('::1'));
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
    });

    it('serves both families on one port', async () => {
      await start({ host: '::' });
      const ann = await join(ANN, await udp('127.0.0.1'));
      const ben = await join(BEN, await udp('::1'));
      const cat = await join(CAT, await webSocket());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      for (const listener of [ben, cat]) expect(await listener.inbox.next()).toEqual(relayed(packet));
      const answer = voicePacket({ token: BEN, sequence: 0 });
      ben.send(answer);
      for (const listener of [ann, cat]) expect(await listener.inbox.next()).toEqual(relayed(answer));
    });

    it('takes a name for its host', async () => {
      await start({ host: 'localhost' });
      expect(sut.port).toBeGreaterThan(0);
    });

    it('speaks TLS when it has a certificate', async () => {
      const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
      });
      await start({ tls: { cert, key } });
      const ann = await join(ANN, await udp());
      const ben = await join(
        BEN,
        await webSocket({ url: `wss://localhost:${sut.port}/voice`, ca: cert, host: '127.0.0.1' }),
      );
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
    });
  });

  describe('that cannot start', () => {
    async function refusal(options: Partial<RelayOptions>): Promise<string> {
      sut = new ThreadedVoiceRelay({ ...LOOPBACK, ...options });
      const failed = event('failed');
      const error: unknown = await sut.start().catch((reason: unknown) => reason);
      if (!SwitchboardError.is(error)) throw new Error('it started');
      expect(await failed).toEqual({ type: 'failed', message: error.message });
      return error.message;
    }

    it('says that the UDP port is in use', async () => {
      const other = createSocket('udp4').bind(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address();
      expect(await refusal({ port })).toBe(
        `UDP port ${port} on 127.0.0.1 is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`,
      );
      other.close();
    });

    it('says that the TCP port is in use, and lets go of the UDP port', async () => {
      const other = createTcpServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      expect(await refusal({ port })).toBe(
        `TCP port ${port} on 127.0.0.1 is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`,
      );
      const free = createSocket('udp4').bind(port, '127.0.0.1');
      await once(free, 'listening');
      free.close();
      other.close();
    });

    it('says that the address is not of this machine', async () => {
      expect(await refusal({ host: '192.0.2.1' })).toBe(
        'Voice cannot listen on 192.0.2.1, which is no address of this machine. Set SWITCHBOARD_HOST to one that is.',
      );
    });

    it('says that the certificate cannot be used', async () => {
      expect(await refusal({ tls: { cert: 'none', key: 'none' } })).toContain('could not be opened');
    });
  });
});
