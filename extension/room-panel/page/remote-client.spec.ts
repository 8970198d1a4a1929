import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { roomState } from '@switchboard/webcomponents/testing/fixtures';
import { inspection, logLines, PLUGINS, README } from '@switchboard/webcomponents/testing/plugin-fixtures';
import { describe, expect, it } from 'vitest';
import { NO_EVENTS, PanelRig } from '../testing/panel-rig.ts';
import { HostLink } from './host-link.ts';
import type { RemoteClient } from './remote-client.ts';

function rig() {
  const client = new FixtureClient(roomState);
  const panel = new PanelRig();
  panel.calls.open(client);
  const port = panel.port();
  const link = new HostLink(port, NO_EVENTS);
  const sut = link.client!;
  return { panel, client, port, link, sut };
}

const audience = { memberIds: ['grace'], channelIds: ['quiet'] };
const code = { language: 'c', path: 'src/a.c', startLine: 3, endLine: 4 };

const zip = new Uint8Array([80, 75, 3, 4, 255, 0]);

/** Every method, as it is called. */
const CALLS: readonly (readonly [Exclude<keyof VoiceClientApi, 'state'>, readonly unknown[]])[] = [
  ['retryNow', []],
  ['join', ['quiet', 'secret']],
  ['leave', []],
  ['createTemporaryChannel', [{ name: 'Huddle', parentId: null }]],
  ['muteMember', ['grace', true]],
  ['deafenMember', ['grace', false]],
  ['moveMember', ['grace', 'quiet']],
  ['kickMember', ['grace', 'Spam']],
  ['banMember', ['grace', { reason: 'Spam', durationMs: 1_000, address: true }]],
  ['dismissNotice', []],
  ['setMuted', [true]],
  ['setDeafened', [true]],
  ['setNickname', ['Ada L.']],
  ['setStatus', ['']],
  ['setActivation', [{ mode: 'push-to-talk' }]],
  ['setTalking', [true]],
  ['setTyping', [true]],
  ['startWhisper', [audience]],
  ['stopWhisper', []],
  ['setVolume', ['user-grace', 1.5]],
  ['useMicrophone', [null]],
  ['useSpeaker', ['out-1']],
  ['refreshDevices', []],
  ['startEchoTest', []],
  ['stopEchoTest', []],
  ['fetchPlugin', ['dice']],
  ['inspectPlugin', [zip]],
  ['installPlugin', [zip, ['hook:on_message', 'host:api.example.org'], 'server']],
  ['removePlugin', ['dice']],
  ['setPluginEnabled', ['dice', true]],
  ['movePlugin', ['dice', 31]],
  ['configurePlugin', ['dice', { pitch: 1.5, robot: true, name: 'x' }]],
  ['pluginLog', ['dice']],
  ['pluginReadme', ['dice']],
  ['invokeCommand', ['roll', '2d6']],
  ['sendMessage', ['int x;', code]],
  ['retryMessage', ['n1']],
  ['editMessage', ['0004', 'Better.']],
  ['deleteMessage', ['0004']],
  ['loadOlderMessages', []],
  ['typing', []],
];

/** Not the page's to do. */
const LEFT_TO_THE_HOST = ['connect', 'close', 'sharePlace', 'subscribe', 'onLevel'];

describe('RemoteClient', () => {
  it.each(CALLS)('does %s where the client is', async (method, given) => {
    const { client, sut } = rig();
    await (sut[method] as (...args: readonly unknown[]) => unknown)(...given);
    expect(client.calls).toEqual([{ method, arguments: given }]);
  });

  it('has every method of a client', () => {
    const { client } = rig();
    const methods = Object.keys(client).filter((key) => typeof client[key as keyof FixtureClient] === 'function');
    const known = [...CALLS.map(([method]) => method), ...LEFT_TO_THE_HOST];
    expect(methods.filter((method) => !known.includes(method))).toEqual([]);
  });

  it('leaves out what was not given', async () => {
    const { client, sut } = rig();
    await sut.join('quiet');
    await sut.kickMember('grace', undefined);
    await sut.sendMessage('Hello');
    expect(client.calls.map((call) => call.arguments)).toEqual([
      ['quiet', undefined],
      ['grace', undefined],
      ['Hello', undefined],
    ]);
  });

  it('leaves it to the editor who comes in, and where one is', async () => {
    const { client, sut, port } = rig();
    const before = port.sent.length;
    await expect(sut.connect({ type: 'guest', nickname: 'Eve' })).rejects.toMatchObject({ code: 'access.denied' });
    await expect(sut.close()).rejects.toMatchObject({ code: 'access.denied' });
    sut.sharePlace();
    expect([client.calls, port.sent.length]).toEqual([[], before]);
  });

  it('shows the state, and tells of changes', () => {
    const { client, sut, panel } = rig();
    expect(sut.state).toEqual(roomState);
    const seen: ClientState[] = [];
    const stop = sut.subscribe((state) => seen.push(state));
    client.show({ muted: true });
    panel.clock.advance(50);
    client.show({ speaking: [] });
    panel.clock.advance(50);
    expect(seen.map(({ muted, speaking }) => [muted, speaking.length])).toEqual([
      [true, 2],
      [true, 0],
    ]);
    expect(seen[1]?.members).toBe(seen[0]?.members);
    stop();
    client.show({ muted: false });
    panel.clock.advance(50);
    expect([seen.length, sut.state.muted]).toEqual([2, false]);
  });

  it('has the new state by the time a call is over', async () => {
    const { client, sut } = rig();
    client.script('setNickname', (nickname) =>
      client.show({ members: client.state.members.map((one) => (one.id === 'self' ? { ...one, nickname } : one)) }),
    );
    client.show({ muted: true });
    await sut.setNickname('Countess');
    expect(sut.state).toEqual(client.state);
  });

  it('fails with the error of the client', async () => {
    const { client, sut } = rig();
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.slow_mode', 'Wait a moment.', { retryAfterMs: 4_000 });
    });
    const failed: unknown = await sut.sendMessage('Hello').catch((error: unknown) => error);
    expect(SwitchboardError.is(failed, 'message.slow_mode')).toBe(true);
    expect(failed).toMatchObject({ message: 'Wait a moment.', retryAfterMs: 4_000 });
  });

  it('gives the room that was made', async () => {
    const { sut } = rig();
    expect(await sut.createTemporaryChannel({ name: 'Huddle', parentId: null })).toMatchObject({
      id: 'made',
      name: 'Huddle',
    });
  });

  it('carries packages, and what is said of them', async () => {
    const { client, sut } = rig();
    client.script('fetchPlugin', () => zip);
    const fetched = await sut.fetchPlugin('dice');
    expect([fetched, fetched instanceof Uint8Array]).toEqual([zip, true]);
    const found = inspection(PLUGINS.voiceChanger);
    client.script('inspectPlugin', () => found);
    expect(await sut.inspectPlugin(fetched)).toEqual(found);
    expect([await sut.pluginLog('dice'), await sut.pluginReadme('dice')]).toEqual([logLines, README]);
  });

  it.each([
    ['fetchPlugin', ['dice'], 'UEsDBA=='],
    ['inspectPlugin', [zip], { ...inspection(), manifest: { ...inspection().manifest, id: '../x' } }],
    ['pluginLog', ['dice'], [{ timeMs: 1, level: 'shout', text: '' }]],
    ['pluginReadme', ['dice'], { html: '<b>' }],
  ] as const)('takes no answer to %s that is none', async (method, given, answer) => {
    const { client, sut } = rig();
    client.script(method, () => answer);
    await expect((sut[method] as (...args: readonly unknown[]) => Promise<unknown>)(...given)).rejects.toMatchObject({
      code: 'client.invalid_server_message',
    });
  });

  it('names the field at fault', async () => {
    const { client, sut } = rig();
    client.script('configurePlugin', () => {
      throw new SwitchboardError('plugin.config_invalid', undefined, { field: 'pitch' });
    });
    await expect(sut.configurePlugin('dice', {})).rejects.toMatchObject({ field: 'pitch' });
  });

  it('hears the level while somebody listens, once for all', () => {
    const { client, sut } = rig();
    const heard: number[] = [];
    client.hear(-50);
    const stops = [sut.onLevel((dbfs) => heard.push(dbfs)), sut.onLevel((dbfs) => heard.push(dbfs))];
    client.hear(-40);
    stops[0]?.();
    client.hear(-30);
    stops[1]?.();
    stops[1]?.();
    client.hear(-20);
    expect(heard).toEqual([-40, -40, -30]);
  });

  it('does not let a slider jump back while it is drawn', async () => {
    const { client, sut, panel } = rig();
    const gain = (): number | undefined => sut.state.volumes['user-grace'];
    const shown: (number | undefined)[] = [];
    sut.subscribe(() => shown.push(gain()));
    client.script('setVolume', (userId, value) =>
      client.show({ volumes: { ...client.state.volumes, [userId]: value } }),
    );
    sut.setVolume('user-grace', 1.1);
    sut.setVolume('user-grace', 1.2);
    client.show({ volumes: { 'user-grace': 1.1 } });
    panel.clock.advance(50);
    expect(gain()).toBe(1.2);
    client.show({ volumes: { 'user-grace': 1.2 } });
    await expect.poll(() => panel.of('answer').length).toBe(2);
    client.show({ volumes: { 'user-grace': 0.5 } });
    panel.clock.advance(50);
    expect(gain()).toBe(0.5);
    expect(shown).not.toContain(undefined);
  });

  it('shows what the host has, where that refuses', async () => {
    const { client, sut, panel } = rig();
    client.script('setActivation', () => {
      throw new SwitchboardError('client.closed');
    });
    sut.setActivation({ mode: 'push-to-talk' });
    expect(sut.state.activation.mode).toBe('push-to-talk');
    await expect.poll(() => panel.of('answer').length).toBe(1);
    await expect.poll(() => sut.state.activation.mode).toBe('voice');
  });

  describe('when the host has another client', () => {
    it('gives up what was not answered', async () => {
      const { client, sut, link, panel } = rig();
      client.script('join', () => new Promise(() => undefined));
      const joined = sut.join('quiet');
      panel.calls.open(new FixtureClient(roomState));
      await expect(joined).rejects.toMatchObject({ code: 'client.closed' });
      await expect(sut.leave()).rejects.toMatchObject({ code: 'client.closed' });
      const next: RemoteClient | null = link.client;
      expect(next).not.toBe(sut);
      client.show({ muted: true });
      panel.clock.advance(50);
      expect([sut.state.muted, next?.state.muted]).toEqual([false, false]);
    });

    it('has none where there is no call', () => {
      const { link, panel } = rig();
      panel.calls.become({ status: 'none' });
      expect([link.client, link.call]).toEqual([null, { status: 'none' }]);
    });
  });

  it('hears nothing that is no message of the host', () => {
    const { panel, link } = rig();
    const heard = new Set<(received: unknown) => void>();
    const sut = new HostLink(
      { ...panel.port(), listen: (listener) => (heard.add(listener), () => heard.clear()) },
      NO_EVENTS,
    );
    for (const garbage of [null, 1, 'x', {}, { type: 'state' }, { type: 'patch', client: 1, patch: {} }])
      for (const listener of heard) listener(garbage);
    expect([sut.call, sut.client, link.client?.state]).toEqual([null, null, roomState]);
  });
});
