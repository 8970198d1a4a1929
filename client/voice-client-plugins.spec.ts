import { MAX_PLUGINS, SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { newPublisher, packageOf } from './plugins/package/testing/plugin-package-fixture.ts';
import { connected, inLobby } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aMember } from './session/testing/fake-server.ts';
import { allRun, aPlugin, inLobbyWith, install, until } from './session/testing/plugins-under-test.ts';
import { VoiceClient } from './voice-client.ts';

const CAPTURED = { hooks: ['on_audio_frame_captured'] } as const;
const RECEIVED = { hooks: ['on_audio_frame_received'] } as const;
const NUMBER = { type: 'object', properties: { pitch: { type: 'integer', default: 0, minimum: -12, maximum: 12 } } };

const ids = (sut: VoiceClient) => sut.state.plugins.map(({ manifest }) => manifest.id);
const kinds = (sut: VoiceClient) => sut.state.plugins.map(({ status }) => status.kind);

describe('VoiceClient', () => {
  describe('plugins that are installed', () => {
    it('are looked at first, with all that they want', async () => {
      const { sut } = await connected();
      const bytes = await aPlugin('pitch', { ...CAPTURED, permissions: [{ name: 'storage' }] });
      const inspection = await sut.inspectPlugin(bytes);
      expect(inspection).toMatchObject({ readme: '# pitch', signed: false, installedVersion: null });
      expect(inspection.newConsents).toEqual(['hook:on_audio_frame_captured', 'permission:storage']);
      await expect(sut.installPlugin(bytes, ['permission:storage'], 'file')).rejects.toMatchObject({
        code: 'plugin.consent_required',
      });
      expect(sut.state.plugins).toEqual([]);
      await sut.installPlugin(bytes, inspection.newConsents, 'file');
      expect(sut.state.plugins).toMatchObject([
        { manifest: { id: 'pitch' }, enabled: true, origin: 'file', status: { kind: 'waiting' }, cost: null },
      ]);
      expect(await sut.inspectPlugin(bytes)).toMatchObject({ installedVersion: '1.2.0', newConsents: [] });
      expect(await sut.pluginReadme('pitch')).toBe('# pitch');
    });

    it('are there at the next visit, in their order, with their settings', async () => {
      const { sut, platform } = await connected();
      for (const id of ['a', 'b', 'c']) await install(sut, await aPlugin(id, { config: NUMBER }));
      await sut.movePlugin('c', 0);
      await sut.setPluginEnabled('a', false);
      await sut.configurePlugin('b', { pitch: 3 });
      const next = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
      void next.connect({ type: 'guest', nickname: 'ada' });
      await until(next, ({ plugins }) => plugins.length === 3);
      expect(ids(next)).toEqual(['c', 'a', 'b']);
      expect(next.state.plugins.map(({ enabled }) => enabled)).toEqual([true, false, true]);
      expect(next.state.plugins[2]?.config).toEqual({ pitch: 3 });
    });

    it('see what another window has changed before they are changed here', async () => {
      const { sut, platform } = await connected();
      const other = new VoiceClient({ server: 'http://other.test:7700', platform });
      await install(sut, await aPlugin('a'));
      await install(other, await aPlugin('b'));
      await install(sut, await aPlugin('c'));
      expect(ids(sut)).toEqual(['a', 'b', 'c']);
      await other.removePlugin('a');
      expect(ids(other)).toEqual(['b', 'c']);
    });

    it('end, and keep nothing more, once another window has removed them', async () => {
      const { sut, clock, platform, threads } = await inLobbyWith(['a', { permissions: [{ name: 'storage' }] }]);
      const other = new VoiceClient({ server: 'http://other.test:7700', platform });
      await other.removePlugin('a');
      threads.of('a').say({ type: 'stored', key: 'k', value: Uint8Array.of(7) });
      await clock.advance(1_000);
      await until(sut, ({ plugins }) => plugins.length === 0);
      expect([threads.of('a').closed, await platform.blobs.get('plugins/values/a')]).toEqual([true, undefined]);
    });

    it('keep what was agreed to, and ask for what an update wants more', async () => {
      const { sut } = await connected();
      await install(sut, await aPlugin('a', { config: NUMBER, permissions: [{ name: 'log' }] }));
      await sut.configurePlugin('a', { pitch: 5 });
      const more = await aPlugin('a', {
        version: '1.3.0',
        config: NUMBER,
        permissions: [{ name: 'log' }, { name: 'http', hosts: ['api.example.org'] }],
      });
      expect((await sut.inspectPlugin(more)).newConsents).toEqual(['host:api.example.org']);
      await expect(sut.installPlugin(more, [], 'file')).rejects.toMatchObject({ code: 'plugin.consent_required' });
      expect(sut.state.plugins[0]?.manifest.version).toBe('1.2.0');
      await sut.installPlugin(more, ['host:api.example.org'], 'file');
      expect(sut.state.plugins).toMatchObject([{ manifest: { version: '1.3.0' }, config: { pitch: 5 } }]);
    });

    it('are refused with the reason, and what was installed stays', async () => {
      const { sut } = await connected();
      const publisher = await newPublisher();
      await install(sut, await aPlugin('a', { version: '2.0.0', publisher }));
      const before = sut.state.plugins;
      const bad: [code: string, bytes: Uint8Array, field?: string][] = [
        ['plugin.package_damaged', Uint8Array.of(1, 2, 3)],
        ['plugin.package_damaged', (await aPlugin('a', { version: '3.0.0', publisher })).subarray(0, -30)],
        ['plugin.package_too_large', new Uint8Array(6 * 1024 * 1024)],
        ['plugin.manifest_invalid', await aPlugin('a', { version: 'three', publisher }), 'version'],
        ['plugin.abi_newer', await aPlugin('a', { version: '3.0.0', abi: 2, publisher })],
        ['plugin.hash_wrong', await aPlugin('a', { version: '3.0.0', sha256: '0'.repeat(64), publisher })],
        [
          'plugin.signature_wrong',
          await aPlugin('a', {
            version: '3.0.0',
            publisher: { ...publisher, sign: () => Promise.resolve(new Uint8Array(64)) },
          }),
        ],
        ['plugin.publisher_changed', await aPlugin('a', { version: '3.0.0', publisher: await newPublisher() })],
        ['plugin.publisher_changed', await aPlugin('a', { version: '3.0.0' })],
        ['plugin.older', await aPlugin('a', { version: '1.9.0', publisher })],
        ['plugin.target_wrong', await packageOf({ manifest: { id: 'a', targets: ['server'] } })],
      ];
      for (const [code, bytes, field] of bad) {
        const error: unknown = await sut.installPlugin(bytes, [], 'file').catch((reason: unknown) => reason);
        expect([SwitchboardError.is(error) && error.code, SwitchboardError.is(error) && error.field]).toEqual([
          code,
          field,
        ]);
      }
      expect(sut.state.plugins).toBe(before);
      expect(await sut.pluginReadme('a')).toBe('# a');
    });

    it('are as many as there may be', async () => {
      const { sut } = await connected();
      for (let n = 0; n < MAX_PLUGINS; n++) await install(sut, await aPlugin(`p${n}`));
      await expect(install(sut, await aPlugin('more'))).rejects.toMatchObject({ code: 'plugin.too_many' });
      await install(sut, await aPlugin('p3', { version: '9.0.0' }));
      expect(sut.state.plugins[3]?.manifest.version).toBe('9.0.0');
      expect(sut.state.plugins).toHaveLength(MAX_PLUGINS);
    });

    it('take no setting that does not fit, and say which', async () => {
      const { sut } = await connected();
      await install(sut, await aPlugin('a', { config: NUMBER }));
      for (const config of [{ pitch: 13 }, { pitch: 'high' }, { unknown: 1 }]) {
        const [field] = Object.keys(config);
        await expect(sut.configurePlugin('a', config)).rejects.toMatchObject({ code: 'plugin.config_invalid', field });
      }
      expect(sut.state.plugins[0]?.config).toEqual({ pitch: 0 });
    });

    it('do not seem to be kept where they cannot be', async () => {
      const { sut, platform } = await connected();
      await install(sut, await aPlugin('a'));
      const put = platform.blobs.put.bind(platform.blobs);
      for (const full of ['plugins/package', 'plugins/index']) {
        platform.blobs.put = (key, value) =>
          key.startsWith(full) ? Promise.reject(new Error('full')) : put(key, value);
        await expect(install(sut, await aPlugin('b'))).rejects.toMatchObject({ code: 'plugin.storage_failed' });
        await expect(install(sut, await aPlugin('a', { version: '2.0.0' }))).rejects.toThrow();
      }
      expect(sut.state.plugins).toMatchObject([{ manifest: { id: 'a', version: '1.2.0' } }]);
      expect(await sut.pluginReadme('a')).toBe('# a');
    });

    it('are not known after they have been removed, nor is what they kept', async () => {
      const { sut, clock, platform, threads } = await inLobbyWith(['a', { permissions: [{ name: 'storage' }] }]);
      threads.of('a').say({ type: 'stored', key: 'k', value: Uint8Array.of(7) });
      await clock.advance(1_000);
      await sut.removePlugin('a');
      expect(threads.of('a').closed).toBe(true);
      const calls: (() => Promise<unknown>)[] = [
        () => sut.removePlugin('a'),
        () => sut.pluginLog('a'),
        () => sut.pluginReadme('a'),
        () => sut.movePlugin('a', 0),
        () => sut.setPluginEnabled('a', true),
        () => sut.configurePlugin('a', {}),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'plugin.not_found' });
      await install(sut, await aPlugin('a', { permissions: [{ name: 'storage' }] }));
      await until(sut, allRun);
      expect(threads.of('a').start?.storage).toEqual({});
      expect(platform.threads.all).toHaveLength(2);
    });
  });

  describe('plugins that run', () => {
    it('do so while one is in a room, and cost nothing else', async () => {
      const { sut, platform } = await connected();
      await install(sut, await aPlugin('a'));
      expect(kinds(sut)).toEqual(['waiting']);
      await sut.join('lobby');
      await until(sut, allRun);
      const { threads } = platform;
      await sut.join('pair');
      await settled();
      expect(threads.all).toHaveLength(1);
      await sut.leave();
      await settled();
      expect([kinds(sut), threads.of('a').closed]).toEqual([['waiting'], true]);
      await sut.setPluginEnabled('a', false);
      await sut.join('lobby');
      await settled();
      expect([kinds(sut), threads.all.length, platform.engine.sent('plugins')]).toEqual([['off'], 1, []]);
    });

    it('are told to the engine in the person’s order, and again when that changes', async () => {
      const { sut, platform, threads } = await inLobbyWith(['a', CAPTURED], ['b', RECEIVED], ['c', CAPTURED]);
      const order = () => platform.engine.sent('plugins').at(-1);
      const [a, b, c] = ['a', 'b', 'c'].map((id) => threads.of(id).id);
      expect(order()).toMatchObject({ captured: [a, c], received: [b] });
      await sut.movePlugin('c', 0);
      expect(order()).toMatchObject({ captured: [c, a], received: [b] });
      await sut.setPluginEnabled('a', false);
      expect(order()).toMatchObject({ captured: [c], received: [b] });
      const told = platform.engine.sent('plugins').length;
      await sut.movePlugin('a', 2);
      expect(platform.engine.sent('plugins')).toHaveLength(told);
      // One that breaks is out until it runs again, under another number.
      threads.starts = false;
      threads.of('c').events.ended('It is over.');
      expect([order()?.captured, kinds(sut)[0]]).toEqual([[], 'restarting']);
      threads.of('c').say({ type: 'started' });
      expect(order()?.captured).toEqual([threads.of('c').id]);
      expect(threads.of('c').id).not.toBe(c);
    });

    it('stay stopped once they have broken too often, and say why, until somebody switches them on', async () => {
      const { sut, threads, clock } = await inLobbyWith(['a']);
      for (let n = 0; n < 4; n++) {
        threads.of('a').events.ended('It is over.');
        await clock.advance(10);
      }
      expect(sut.state.plugins[0]?.status).toMatchObject({ kind: 'stopped', problem: { code: 'plugin.crashed' } });
      await sut.join('pair');
      await sut.leave();
      await sut.join('lobby');
      await settled();
      expect(kinds(sut)).toEqual(['stopped']);
      expect((await sut.pluginLog('a')).at(-1)).toMatchObject({ level: 'error' });
      await sut.setPluginEnabled('a', true);
      await until(sut, allRun);
      expect(kinds(sut)).toEqual(['running']);
    });

    it('say that what lies on the disk is damaged, and do not start', async () => {
      const { sut, platform } = await connected();
      await install(sut, await aPlugin('a'));
      await install(sut, await aPlugin('b'));
      const get = platform.blobs.get.bind(platform.blobs);
      platform.blobs.get = async (key) => {
        const bytes = await get(key);
        if (key.startsWith('plugins/package/a')) bytes?.fill(0, 40, 50);
        return bytes;
      };
      await sut.join('lobby');
      await until(sut, ({ plugins }) => plugins[0]?.status.kind === 'stopped' && plugins[1]?.status.kind === 'running');
      expect(sut.state.plugins[0]?.status).toMatchObject({ problem: { code: 'plugin.package_damaged' } });
    });

    it('run again with another engine', async () => {
      const { sut, platform, threads } = await inLobbyWith(['a', CAPTURED]);
      const first = threads.of('a');
      platform.engine.events.failed(new SwitchboardError('client.audio_broke'));
      await until(sut, ({ plugins }) => plugins[0]?.status.kind !== 'running');
      await until(sut, allRun);
      expect([first.closed, platform.engines.length]).toEqual([true, 2]);
      expect(platform.engine.sent('plugins').at(-1)?.captured).toEqual([threads.of('a').id]);
      expect(platform.engine.sent('plugins')).toHaveLength(1);
    });

    it('show what they cost', async () => {
      const { sut, platform, threads } = await inLobbyWith(['a', CAPTURED], ['b']);
      const one = { sandboxId: threads.of('a').id, frames: 50, missed: 1, meanUs: 20, maxUs: 90 };
      const stats = { ...NO_STATS, plugins: [one, { ...one, sandboxId: 99 }] };
      platform.engine.events.event({ type: 'stats', stats });
      expect(sut.state.plugins.map(({ cost }) => cost)).toEqual([
        { frames: 50, missed: 1, meanUs: 20, maxUs: 90 },
        null,
      ]);
      const before = sut.state.plugins;
      platform.engine.events.event({ type: 'stats', stats: { ...stats } });
      expect(sut.state.plugins).toBe(before);
    });

    it('get their settings at the start, and when they change', async () => {
      const { sut, threads } = await inLobbyWith(['a', { hooks: ['on_config'], config: NUMBER }]);
      await sut.configurePlugin('a', { pitch: 4 });
      await sut.movePlugin('a', 0);
      await install(sut, await aPlugin('b'));
      expect(threads.of('a').heard('on_config')).toEqual([{ config: { pitch: 0 } }, { config: { pitch: 4 } }]);
      expect(threads.all.filter(({ manifest }) => manifest?.id === 'a')).toHaveLength(1);
    });

    it('find what they have kept, also after the page was closed at once', async () => {
      const { sut, platform, threads } = await inLobbyWith(['a', { permissions: [{ name: 'storage' }] }]);
      threads.of('a').say({ type: 'stored', key: 'count', value: Uint8Array.of(1, 2) });
      threads.of('a').say({ type: 'stored', key: 'gone', value: Uint8Array.of(9) });
      threads.of('a').say({ type: 'stored', key: 'gone', value: null });
      await sut.close();
      const next = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
      await next.connect({ type: 'guest', nickname: 'ada' });
      await next.join('lobby');
      await until(next, ({ plugins }) => plugins[0]?.status.kind === 'running');
      expect(threads.of('a').start?.storage).toEqual({ count: Uint8Array.of(1, 2) });
    });

    it('hear who comes and goes and speaks', async () => {
      const hooks = ['on_user_join_channel', 'on_user_leave_channel', 'on_speaking'] as const;
      const { sut, server, platform, threads } = await inLobbyWith(['a', { hooks }]);
      const room = { id: 'lobby', name: 'lobby' };
      const person = (id: string) => ({ id, userId: `user-${id}`, nickname: id, self: id === 'ada' });
      const heard = (hook: string) => threads.of('a').heard(hook);
      expect(heard('on_user_join_channel')).toEqual([{ member: person('ada'), room }]);
      server.tell({ type: 'member.joined', data: { member: aMember('eve', { channelId: 'lobby' }) } });
      server.tell({ type: 'member.joined', data: { member: aMember('kim', { channelId: 'pair' }) } });
      platform.engine.events.event({ type: 'speaking', memberId: 'eve', speaking: true });
      platform.engine.events.event({ type: 'self.speaking', speaking: true });
      server.tell({ type: 'member.left', data: { memberId: 'bob' } });
      await settled();
      expect(heard('on_user_join_channel').slice(1)).toEqual([{ member: person('eve'), room }]);
      expect(heard('on_speaking')).toEqual([
        { member: person('eve'), speaking: true },
        { member: person('ada'), speaking: true },
      ]);
      expect(heard('on_user_leave_channel')).toEqual([{ member: person('bob'), room }]);
      await sut.join('pair');
      await settled();
      expect(heard('on_user_leave_channel').slice(1)).toEqual([{ member: person('ada'), room }]);
      expect(heard('on_user_join_channel').slice(2)).toEqual([
        { member: person('ada'), room: { id: 'pair', name: 'pair' } },
      ]);
      const thread = threads.of('a');
      await sut.leave();
      await settled();
      expect(thread.heard('on_user_leave_channel').at(-1)).toEqual({
        member: person('ada'),
        room: { id: 'pair', name: 'pair' },
      });
      expect(thread.closed).toBe(true);
    });

    it('keep an engine that rests until they have heard that one has left', async () => {
      const { sut, platform, clock } = await connected();
      platform.prepare = (engine) => (engine.transient = true);
      await install(sut, await aPlugin('a', { hooks: ['on_user_leave_channel'] }));
      await sut.join('lobby');
      await until(sut, allRun);
      const { engine } = platform;
      await sut.leave();
      expect(engine.closed).toBe(false);
      await clock.advance(0);
      expect([engine.closed, platform.threads.of('a').closed]).toEqual([true, true]);
    });

    it('are told of the coming when the engine is there later than the room', async () => {
      const { sut, platform } = await connected();
      await install(sut, await aPlugin('a', { hooks: ['on_user_join_channel'] }));
      const start = platform.startEngine.bind(platform);
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      platform.startEngine = (events) => begun.then(() => start(events));
      const joining = sut.join('lobby');
      await settled();
      expect(sut.state.channelId).toBe('lobby');
      begin();
      await joining;
      await until(sut, allRun);
      await settled();
      expect(platform.threads.of('a').heard('on_user_join_channel')).toMatchObject([{ member: { self: true } }]);
    });

    it('know who is there only if they may', async () => {
      const may = { permissions: [{ name: 'members.read' }] };
      const { server, threads } = await inLobbyWith(['a', may], ['b']);
      const told = (id: string) => threads.of(id).told.filter(({ type }) => type === 'members');
      expect(told('a').at(-1)).toMatchObject({
        members: {
          room: { id: 'lobby' },
          members: [
            { id: 'ada', self: true },
            { id: 'bob', muted: false },
          ],
        },
      });
      const before = told('a').length;
      server.tell({
        type: 'member.updated',
        data: { member: aMember('bob', { channelId: 'lobby', serverMuted: true }) },
      });
      expect(told('a').at(-1)).toMatchObject({ members: { members: [{}, { id: 'bob', muted: true }] } });
      server.tell({ type: 'member.joined', data: { member: aMember('kim', { channelId: 'pair' }) } });
      expect(told('a')).toHaveLength(before + 1);
      expect(told('b')).toEqual([]);
    });

    it('do what they may: speak, play, show a status, fetch', async () => {
      const wish = {
        hooks: ['on_http'],
        permissions: [
          { name: 'message.send' },
          { name: 'status.set' },
          { name: 'clip.play' },
          { name: 'http', hosts: ['api.example.org'] },
        ],
      } as const;
      const { sut, server, platform, threads } = await inLobbyWith(['a', wish]);
      const plugin = threads.of('a');
      plugin.act({ type: 'message.send', message: { text: 'said by a plugin' } });
      plugin.act({ type: 'status.set', status: 'busy' });
      plugin.act({ type: 'clip.play', samples: Int16Array.of(1, 2) });
      const request = { method: 'GET', headers: {}, body: '' } as const;
      plugin.act({ type: 'http.fetch', requestId: 1, request: { ...request, url: 'https://api.example.org/x' } });
      plugin.act({ type: 'http.fetch', requestId: 2, request: { ...request, url: 'https://evil.example/x' } });
      await settled();
      await settled();
      expect(server.messages.map(({ text }) => text)).toEqual(['said by a plugin']);
      expect(sut.state.members.find(({ id }) => id === 'ada')?.status).toBe('busy');
      expect(platform.engine.sent('clip')).toEqual([{ type: 'clip', samples: Int16Array.of(1, 2) }]);
      expect(platform.fetched.map(({ url }) => url)).toEqual(['https://api.example.org/x']);
      expect(plugin.heard('on_http')).toMatchObject([
        { requestId: 2, status: null, error: expect.stringContaining('evil') as unknown },
        { requestId: 1, status: 200, body: 'answer of https://api.example.org/x', error: '' },
      ]);
    });

    it('find in their log what of it did not work', async () => {
      const { sut, server, threads } = await inLobbyWith([
        'a',
        { permissions: [{ name: 'status.set' }, { name: 'log' }] },
      ]);
      server.script['self.update'] = () => ({ code: 'server.rate_limited' });
      threads.of('a').say({ type: 'log', level: 'info', text: 'hello' });
      threads.of('a').act({ type: 'status.set', status: 'busy' });
      await settled();
      expect((await sut.pluginLog('a')).map(({ level, text }) => `${level} ${text}`)).toEqual([
        'info hello',
        expect.stringMatching(/^warn status\.set: /),
      ]);
    });

    it('are the new version at once when one is installed, and only then', async () => {
      const { sut, threads } = await inLobbyWith(['a', { permissions: [{ name: 'storage' }] }]);
      const old = threads.of('a');
      old.say({ type: 'stored', key: 'k', value: Uint8Array.of(1) });
      await install(sut, await aPlugin('a', { version: '1.3.0', permissions: [{ name: 'storage' }] }));
      await until(sut, allRun);
      expect([old.closed, threads.all.length]).toEqual([true, 2]);
      expect(threads.of('a')).toMatchObject({
        manifest: { version: '1.3.0' },
        start: { storage: { k: Uint8Array.of(1) } },
      });
      await install(sut, await aPlugin('a', { version: '1.3.0', permissions: [{ name: 'storage' }] }));
      await until(sut, allRun);
      expect(threads.all).toHaveLength(2);
    });
  });

  it('has the same state objects for as long as nothing of plugins changes', async () => {
    const { sut } = await inLobby();
    const { plugins, pluginOffers, commands } = sut.state;
    sut.setMuted(true);
    expect(sut.state).toMatchObject({ muted: true });
    expect([
      sut.state.plugins === plugins,
      sut.state.pluginOffers === pluginOffers,
      sut.state.commands === commands,
    ]).toEqual([true, true, true]);
  });
});

const NO_STATS = {
  lane: null,
  roundTripMs: null,
  lossUp: 0,
  lossDown: 0,
  inputLevelDbfs: -127,
  frameCostMs: 0,
  packetsSent: 0,
  packetsReceived: 0,
  speakers: [],
  plugins: [],
  dropped: { malformed: 0, unknown_token: 0, not_authentic: 0, wrong_epoch: 0, undecodable: 0, overflow: 0 },
} as const;
