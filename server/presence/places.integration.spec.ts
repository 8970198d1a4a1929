import type { Place } from '@switchboard/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ControlClient } from '../testing/control-client.ts';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

const place: Place = { workspace: 'switchboard', branch: 'main', path: 'server/main.ts', line: 7 };

describe('places', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterEach(() => at.closeClients());
  afterAll(() => at[Symbol.asyncDispose]());

  async function inRoom(room: string): Promise<{ client: ControlClient; memberId: string; channelId: string }> {
    const { client, welcome } = await at.guest();
    const { id: channelId } = channelNamed(welcome, room);
    await client.request('channel.join', { channelId });
    return { client, channelId, memberId: welcome.self.id };
  }

  it('are told to those in the room, to who joins it, and to nobody else', async () => {
    const [ada, bob, eve] = [await inRoom('Lobby'), await inRoom('Lobby'), await inRoom('Desk 1')];
    const { client: nowhere } = await at.guest();
    await ada.client.request('self.place', { place });
    expect(await bob.client.event('member.place')).toEqual({ memberId: ada.memberId, place });
    const cid = await inRoom('Lobby');
    expect(await cid.client.event('member.place')).toEqual({ memberId: ada.memberId, place });
    for (const other of [ada.client, eve.client, nowhere]) {
      await other.settle();
      expect(other.eventsOf('member.place')).toEqual([]);
    }
    await ada.client.request('self.place', { place: null });
    expect(await bob.client.event('member.place')).toEqual({ memberId: ada.memberId, place: null });
  });

  it('do not go along into another room', async () => {
    const [ada, eve] = [await inRoom('Lobby'), await inRoom('Desk 1')];
    await ada.client.request('self.place', { place });
    await ada.client.request('channel.join', { channelId: eve.channelId });
    await eve.client.event('member.moved', ({ memberId }) => memberId === ada.memberId);
    await ada.client.request('self.place', { place: { ...place, line: 8 } });
    expect(await eve.client.event('member.place')).toMatchObject({ place: { line: 8 } });
  });

  it('are nothing to share in no room, and lead nowhere outside', async () => {
    const { client } = await at.guest();
    await expect(client.request('self.place', { place })).rejects.toMatchObject({ code: 'channel.not_joined' });
    const outside = client.request('self.place', { place: { path: '/etc/passwd' } });
    await expect(outside).rejects.toMatchObject({ code: 'protocol.invalid', field: 'place.path' });
  });
});
