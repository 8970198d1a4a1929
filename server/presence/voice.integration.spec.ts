import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  decodePong,
  decodeVoicePacket,
  deriveSenderKey,
  encodePing,
  hexToBytes,
  MAX_PACKET_BYTES,
  openVoicePacket,
  sealVoicePacket,
  sipHashKey,
  type VoiceGrant,
} from '@switchboard/protocol';
import { UdpClient, WebSocketClient, type VoiceClient } from '../relay/testing/voice-clients.ts';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

/** One end of the voice lane, with the keys that a join gave. */
class Voice {
  readonly #grant: VoiceGrant;
  readonly #lane: VoiceClient;
  #sequence = 0;

  private constructor(grant: VoiceGrant, lane: VoiceClient) {
    this.#grant = grant;
    this.#lane = lane;
  }

  static async bind(grant: VoiceGrant, lane: VoiceClient): Promise<Voice> {
    const hopKey = sipHashKey(hexToBytes(grant.hopKey));
    // Over UDP the second ping binds: it shows the cookie that the first one's pong brought.
    for (let sequence = 1, cookie = 0; sequence <= 2; sequence++) {
      lane.send(encodePing({ token: grant.token, sequence, clockUs: 1, cookie }, hopKey));
      const pong = decodePong(await lane.inbox.next(), hopKey);
      expect(pong).toBeDefined();
      cookie = pong?.cookie ?? 0;
    }
    return new Voice(grant, lane);
  }

  say(text: string, end = false): void {
    const { token, epoch, hopKey } = this.#grant;
    const out = new Uint8Array(MAX_PACKET_BYTES);
    const sequence = ++this.#sequence;
    const header = { token, epoch: epoch.epoch & 3, end, level: 20, sequence, timestamp: sequence * 960 };
    const senderKey = deriveSenderKey(hexToBytes(epoch.secret), token);
    const size = sealVoicePacket(out, header, Buffer.from(text), senderKey, sipHashKey(hexToBytes(hopKey)));
    this.#lane.send(out.subarray(0, size));
  }

  async hear(from: VoiceGrant): Promise<string | undefined> {
    const packet = decodeVoicePacket(await this.#lane.inbox.next());
    if (typeof packet === 'string') throw new Error(packet);
    expect(packet.header.token).toBe(from.token);
    const opened = openVoicePacket(packet, deriveSenderKey(hexToBytes(this.#grant.epoch.secret), from.token));
    return opened === undefined ? undefined : Buffer.from(opened).toString();
  }
}

describe('voice', () => {
  let at: RunningServer;
  const lanes: VoiceClient[] = [];

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterEach(async () => {
    await Promise.all(lanes.splice(0).map((lane) => lane.close()));
    await at.closeClients();
  });
  afterAll(() => at[Symbol.asyncDispose]());

  async function join(room: string, open: (port: number) => Promise<VoiceClient> = (port) => UdpClient.open(port)) {
    const { client, welcome } = await at.guest();
    const { id: channelId } = channelNamed(welcome, room);
    const { voice: grant } = await client.request('channel.join', { channelId });
    const lane = await open(grant.lanes.udp?.port ?? 0);
    lanes.push(lane);
    await at.relaySettled();
    return { client, welcome, grant, voice: await Voice.bind(grant, lane) };
  }

  it('goes from UDP to a WebSocket and back, under the keys of the room', async () => {
    const ada = await join('Lobby');
    const bob = await join('Lobby', (port) => WebSocketClient.open(port));
    ada.voice.say('hello');
    expect(await bob.voice.hear(ada.grant)).toBe('hello');
    bob.voice.say('hello yourself');
    expect(await ada.voice.hear(bob.grant)).toBe('hello yourself');
  });

  it('shows who speaks to those who are elsewhere', async () => {
    const ada = await join('Lobby');
    const cid = await at.guest();
    ada.voice.say('hello');
    expect(await cid.client.event('member.speaking')).toEqual({ memberId: ada.welcome.self.id, speaking: true });
    ada.voice.say('over', true);
    expect(await cid.client.event('member.speaking')).toEqual({ memberId: ada.welcome.self.id, speaking: false });
  });

  it('does not reach who is deafened', async () => {
    const ada = await join('Lobby');
    const bob = await join('Lobby');
    await bob.client.request('self.update', { deafened: true });
    await at.relaySettled();
    ada.voice.say('unheard');
    // Someone else hears it, so it has been through the relay.
    const cid = await join('Lobby');
    ada.voice.say('still unheard');
    expect(await cid.voice.hear(ada.grant)).toBe('still unheard');
    await bob.client.request('self.update', { deafened: false });
    await at.relaySettled();
    ada.voice.say('heard');
    expect(await bob.voice.hear(ada.grant)).toBe('heard');
  });

  it('outlives a lost control socket', async () => {
    const ada = await join('Lobby');
    const bob = await join('Lobby');
    await ada.client.drop();
    await bob.client.event('member.updated', ({ member }) => member.reconnecting);
    ada.voice.say('still here');
    expect(await bob.voice.hear(ada.grant)).toBe('still here');
  });
});
