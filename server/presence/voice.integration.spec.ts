import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UdpClient, WebSocketClient, type VoiceClient } from '../relay/testing/voice-clients.ts';
import { channelNamed, RunningServer } from '../testing/running-server.ts';
import { Voice } from './testing/voice.ts';

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
