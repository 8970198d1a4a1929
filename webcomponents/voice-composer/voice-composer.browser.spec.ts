import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { MODERATING } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, settled, words } from '../testing/stage.ts';
import { VoiceComposer } from './voice-composer.ts';

const slow = {
  ...roomState,
  channels: roomState.channels.map((one) => (one.id === 'lobby' ? { ...one, slowModeS: 3_600 } : one)),
};

async function composer(client: FixtureClient) {
  const sut = await mount(Object.assign(new VoiceComposer(), { client }));
  const field = find(sut, 'textarea', HTMLTextAreaElement);
  const write = async (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settled(sut);
    key(field, 'Enter');
    await settled(sut);
  };
  const slowness = () => words(find(sut, '#slow'));
  const sendable = () => find(sut, '[part=send]').ariaDisabled === 'false';
  return { sut, field, write, slowness, sendable };
}

describe('VoiceComposer', () => {
  it('is closed to who may not write, and says so', async () => {
    const client = new FixtureClient({ ...roomState, channelPermissions: { lobby: ['see', 'join'] } });
    const { sut, field, sendable } = await composer(client);
    expect([field.disabled, field.placeholder, sendable()]).toEqual([true, 'You may not write here', false]);
    await expectAccessible(sut);
    client.show({ channelPermissions: {} });
    await settled(sut);
    expect([field.disabled, field.placeholder]).toEqual([false, 'Message Lobby']);
  });

  it('says nothing of slow mode where there is none, and to whom it does not hold', async () => {
    expect((await composer(new FixtureClient(roomState))).slowness()).toBe('');
    const permissions = [...roomState.permissions, ...MODERATING];
    const { write, slowness, field } = await composer(new FixtureClient({ ...slow, permissions }));
    expect(slowness()).toBe('');
    await write('one');
    expect([slowness(), field.value]).toEqual(['', '']);
  });

  it('says how slow it is, and after a message how long one has to wait', async () => {
    const client = new FixtureClient(slow);
    const { sut, write, slowness, field } = await composer(client);
    expect(slowness()).toBe('Slow mode: one message every 1 h');
    await expectAccessible(sut);
    await write('one');
    await expect.poll(slowness).toBe('Slow mode: you can write again in 1 h');
    await write('two');
    expect(client.of('sendMessage')).toEqual([['one']]);
    expect(field.value).toBe('two');
  });

  it('goes by the server, where that still counts', async () => {
    const client = new FixtureClient(slow);
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.slow_mode', undefined, { retryAfterMs: 120_000 });
    });
    const { write, slowness } = await composer(client);
    await write('one');
    await expect.poll(slowness).toBe('Slow mode: you can write again in 2 min');
  });

  it('opens again when the wait is over', async () => {
    const client = new FixtureClient(slow);
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.slow_mode', undefined, { retryAfterMs: 50 });
    });
    const { write, slowness, field, sendable } = await composer(client);
    await write('one');
    field.value = 'two';
    field.dispatchEvent(new Event('input'));
    await expect.poll(sendable).toBe(true);
    await expect.poll(slowness).toBe('Slow mode: one message every 1 h');
  });

  it('begins anew in another room', async () => {
    const client = new FixtureClient(slow);
    const { sut, write, slowness } = await composer(client);
    await write('one');
    await expect.poll(slowness).toContain('you can write again');
    client.show({ channelId: 'quiet' });
    client.show({ channelId: 'lobby' });
    await settled(sut);
    expect(slowness()).toBe('Slow mode: one message every 1 h');
  });

  it('tells the host of every other failure', async () => {
    const client = new FixtureClient(roomState);
    client.script('sendMessage', () => {
      throw new SwitchboardError('access.denied');
    });
    const { sut, write } = await composer(client);
    const failed = once(sut, 'voice-error');
    await write('one');
    expect((await failed).problem.code).toBe('access.denied');
  });
});
