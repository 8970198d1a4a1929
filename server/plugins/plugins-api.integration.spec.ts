import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PLUGIN_PACKAGE_BYTES } from '@switchboard/protocol';
import { newPublisher } from '../../client/plugins/package/testing/plugin-package-fixture.ts';
import type { RestClient } from '../security/testing/rest-client.ts';
import { World } from '../security/testing/world.ts';
import type { PluginView } from './plugin.schemas.ts';
import { inRoom, inspect, installPackage, running, untilStatus, upload } from './testing/plugin-world.ts';
import { watPackage, type WatPlugin } from './testing/wat-plugins.ts';

const STORAGE = [{ name: 'storage' }];
const SETTINGS = {
  type: 'object',
  properties: {
    greeting: { type: 'string', default: 'Hello', maxLength: 20 },
    loud: { type: 'boolean', default: false },
  },
};

describe('plugins by the API', () => {
  let world: World;
  let rest: RestClient;

  beforeAll(async () => {
    world = await World.start();
    ({ rest } = world.admin);
  });
  afterEach(async () => {
    await world.at.closeClients();
    for (const { id } of await all()) await rest.made(rest.delete(`/plugins/${id}`));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const all = async (): Promise<PluginView[]> => (await rest.made<{ items: PluginView[] }>(rest.get('/plugins'))).items;
  const quiet = (manifest: WatPlugin['manifest'] = {}, more: Partial<WatPlugin> = {}) =>
    watPackage({ hooks: { on_http: [] }, manifest, ...more });

  it('are looked at, agreed to, installed, and not on by themselves', async () => {
    const bytes = await quiet(
      { permissions: [...STORAGE, { name: 'http', hosts: ['api.example.org'] }] },
      { readme: '# Hi' },
    );
    const inspection = await inspect(rest, bytes);
    const consents = ['permission:storage', 'host:api.example.org'];
    expect(inspection).toMatchObject({
      id: 'test',
      readme: '# Hi',
      installedVersion: null,
      consents,
      newConsents: consents,
    });
    expect(await all()).toEqual([]);
    const refused = await upload(rest, '/plugins?agreed=permission:storage', bytes);
    expect(refused.said).toBe('409 plugin.consent_required');
    expect(await all()).toEqual([]);
    const installed = await upload(rest, `/plugins?agreed=${consents.join()}`, bytes);
    expect(installed.status).toBe(201);
    expect(await all()).toEqual([installed.as<PluginView>()]);
    expect(installed.as<PluginView>()).toMatchObject({
      enabled: false,
      offered: false,
      status: { kind: 'off', problem: null },
      packageSha256: inspection.packageSha256,
    });
    expect(await rest.made(rest.get('/plugins/test/readme'))).toEqual({ readme: '# Hi' });
    await rest.made(rest.patch('/plugins/test', { enabled: true }));
    await untilStatus(rest, 'test', 'running');
  });

  it('are asked about anew when an update wants more, and run on as they are until that is agreed to', async () => {
    await installPackage(rest, await quiet());
    await untilStatus(rest, 'test', 'running');
    const wantsMore = await quiet({ version: '1.1.0', permissions: STORAGE });
    expect(await inspect(rest, wantsMore)).toMatchObject({
      installedVersion: '1.0.0',
      newConsents: ['permission:storage'],
    });
    expect((await upload(rest, '/plugins', wantsMore)).said).toBe('409 plugin.consent_required');
    expect(await all()).toMatchObject([{ version: '1.0.0', status: { kind: 'running' } }]);
    await rest.made(upload(rest, '/plugins?agreed=permission:storage', wantsMore));
    await untilStatus(rest, 'test', 'running', ({ version }) => version === '1.1.0');
    // What it does not want any more, it would have to ask for again.
    await rest.made(upload(rest, '/plugins', await quiet({ version: '1.2.0' })));
    const again = await upload(rest, '/plugins', await quiet({ version: '1.3.0', permissions: STORAGE }));
    expect(again.said).toBe('409 plugin.consent_required');
  });

  it('keep their publisher, and never go back', async () => {
    const [ada, eve] = [await newPublisher(), await newPublisher()];
    const signed = (version: string, publisher: typeof ada) => quiet({ version }, { publisher });
    await installPackage(rest, await signed('1.1.0', ada));
    expect((await all())[0]?.publisher).toBe(ada.key);
    expect((await upload(rest, '/plugins', await signed('1.2.0', eve))).said).toBe('409 plugin.publisher_changed');
    expect((await upload(rest, '/plugins', await quiet({ version: '1.2.0' }))).said).toBe(
      '409 plugin.publisher_changed',
    );
    expect((await upload(rest, '/plugins', await signed('1.0.0', ada))).said).toBe('409 plugin.older');
    expect(await all()).toMatchObject([{ version: '1.1.0', publisher: ada.key }]);
  });

  it.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, string]>([
    ['no zip', () => Promise.resolve(new Uint8Array([1, 2, 3])), '400 plugin.package_damaged'],
    ['half a zip', async () => (await quiet()).slice(0, -40), '400 plugin.package_damaged'],
    [
      'a zip that leads out of its folder',
      () => Promise.resolve(zipSync({ '../plugin.json': new Uint8Array(2), 'plugin.wasm': new Uint8Array(8) }).slice()),
      '400 plugin.package_damaged',
    ],
    [
      'a bomb',
      () => Promise.resolve(zipSync({ 'plugin.json': [new Uint8Array(64 * 1024 * 1024), { level: 9 }] }).slice()),
      '413 plugin.package_too_large',
    ],
    ['too much', () => Promise.resolve(new Uint8Array(MAX_PLUGIN_PACKAGE_BYTES + 1)), '413 plugin.package_too_large'],
    ['a plugin for a later version', () => quiet({ abi: 2 }), '409 plugin.abi_newer'],
    ['another hash', () => quiet({ sha256: '0'.repeat(64) }), '400 plugin.hash_wrong'],
    ['a key without its signature', () => quiet({ publisher: '0'.repeat(64) }), '400 plugin.signature_wrong'],
  ])('are refused as %s, and what was installed stays', async (_, bytesOf, said) => {
    await installPackage(rest, await quiet());
    await untilStatus(rest, 'test', 'running');
    const before = await all();
    for (const path of ['/plugins/inspect', '/plugins']) {
      expect((await upload(rest, path, await bytesOf())).said).toBe(said);
    }
    expect(await all()).toEqual(before);
  });

  it('are refused with the field that is wrong', async () => {
    const answer = await upload(rest, '/plugins/inspect', await quiet({ commands: [{ name: 'Two words' }] }));
    expect(answer.said).toBe('400 plugin.manifest_invalid');
    expect(answer.as<{ error: { field: string } }>().error.field).toMatch(/^commands\.0/);
  });

  it('are sent as files, not as anything else', async () => {
    expect((await upload(rest, '/plugins', await quiet(), 'text/plain')).said).toBe('400 protocol.invalid');
    expect((await rest.post('/plugins', { no: 'file' })).said).toBe('400 protocol.invalid');
  });

  it('have their settings checked, kept, and told', async () => {
    const config = [{ when: '"loud":true', logs: 'LOUD' }];
    const manifest = { config: SETTINGS, permissions: [{ name: 'log' }] };
    await running(rest, { hooks: { on_config: config }, manifest });
    const wrong = await rest.patch('/plugins/test', { config: { greeting: 'Far too long for a greeting' } });
    expect(wrong.said).toBe('400 plugin.config_invalid');
    expect(wrong.as<{ error: { field: string } }>().error.field).toBe('greeting');
    expect((await rest.patch('/plugins/test', { config: { volume: 1 } })).said).toBe('400 plugin.config_invalid');
    expect((await all())[0]?.config).toEqual({ greeting: 'Hello', loud: false });
    await rest.made(rest.patch('/plugins/test', { config: { greeting: 'Servus', loud: true } }));
    const log = async (): Promise<string[]> =>
      (await rest.made<{ items: { text: string }[] }>(rest.get('/plugins/test/log'))).items.map(({ text }) => text);
    await expect.poll(log).toContain('LOUD');
    const audit = await rest.made<{ items: { detail: unknown }[] }>(rest.get('/audit?action=plugin.change'));
    expect(audit.items[0]?.detail).toEqual({ enabled: true, offered: false, changed: ['greeting', 'loud'] });
    // A new version keeps what it still takes.
    const { loud } = SETTINGS.properties;
    const next = { ...manifest, version: '1.1.0', config: { type: 'object', properties: { loud, shy: loud } } };
    await installPackage(rest, await watPackage({ hooks: { on_config: config }, manifest: next }));
    expect((await all())[0]?.config).toEqual({ loud: true, shy: false });
  });

  it('run where they are for', async () => {
    await installPackage(rest, await quiet({ id: 'voice', targets: ['client'], hooks: ['on_http'] }));
    expect((await rest.patch('/plugins/voice', { enabled: true })).said).toBe('409 plugin.target_wrong');
    await installPackage(rest, await quiet());
    expect((await rest.patch('/plugins/test', { offered: true })).said).toBe('409 plugin.target_wrong');
    expect((await rest.patch('/plugins/none', { enabled: true })).said).toBe('404 plugin.not_found');
  });

  it('take any order that names them all once', async () => {
    for (const id of ['one', 'two']) await installPackage(rest, await quiet({ id, name: id }));
    for (const ids of [['one'], ['one', 'one'], ['one', 'two', 'three'], ['two', 'three']]) {
      expect((await rest.put('/plugins/order', { ids })).said).toBe('400 protocol.invalid');
    }
    await rest.made(rest.put('/plugins/order', { ids: ['two', 'one'] }));
    expect((await all()).map(({ id }) => id)).toEqual(['two', 'one']);
  });

  it('keep what they store, over restarts and updates, until they are removed', async () => {
    const hooks = {
      on_command: [
        { when: '"args":"keep"', stores: { key: 'word', value: '{"reply":"kept"}' } },
        { when: '"args":"tell"', answers: { stored: 'word' } },
      ],
    };
    const manifest = { permissions: STORAGE, commands: [{ name: 'word', description: 'Keeps a word.' }] };
    await running(rest, { hooks, manifest });
    const { client, channelId } = await inRoom(world.at, 'Lobby');
    const word = (args: string) => client.request('command.invoke', { channelId, name: 'word', args });
    await word('keep');
    expect(await word('tell')).toMatchObject({ reply: 'kept' });
    await rest.made(rest.post('/plugins/test/restart'));
    await untilStatus(rest, 'test', 'running');
    expect(await word('tell')).toMatchObject({ reply: 'kept' });
    const update = await watPackage({ hooks, manifest: { ...manifest, version: '1.1.0' } });
    await installPackage(rest, update);
    await untilStatus(rest, 'test', 'running', ({ version }) => version === '1.1.0');
    expect(await word('tell')).toMatchObject({ reply: 'kept' });
    await rest.made(rest.delete('/plugins/test'));
    await expect(word('tell')).rejects.toMatchObject({ code: 'command.unknown' });
    await running(rest, { hooks, manifest });
    expect(await word('tell')).toMatchObject({ reply: null });
  });

  it('come with this version, where they were built, and are not on by themselves', async () => {
    expect((await rest.get('/plugins/available')).status).toBe(200);
    const unknown = await rest.post('/plugins/available/no-such-plugin/install', { agreed: [] });
    expect(unknown.said).toBe('404 plugin.not_found');
    expect(await all()).toEqual([]);
  });

  it('are written down', async () => {
    await installPackage(rest, await quiet({ permissions: STORAGE }));
    await rest.made(rest.delete('/plugins/test'));
    const { items } = await rest.made<{ items: { action: string; targetId: string; detail: unknown }[] }>(
      rest.get('/audit?targetId=test&limit=2'),
    );
    expect(items.map(({ action }) => action)).toEqual(['plugin.remove', 'plugin.install']);
    expect(items[1]?.detail).toEqual({ version: '1.0.0', consents: ['permission:storage'], from: null });
  });

  it('are counted', async () => {
    await running(rest, { hooks: { on_message: [] } });
    const ada = await inRoom(world.at, 'Lobby');
    await ada.client.request('message.send', { channelId: ada.channelId, nonce: 'counted', text: 'hello' });
    const text = await (await fetch(`${world.at.server.url}/metrics`)).text();
    expect(text).toContain('switchboard_plugin_up{plugin="test"} 1');
    expect(text).toContain('switchboard_plugin_calls_total{plugin="test"} 1');
    expect(text).toContain('switchboard_plugin_waits_total{hook="on_message",outcome="answered"} 1');
  });

  describe('that are offered', () => {
    const offered = async (): Promise<PluginView> => {
      const bytes = await quiet({
        id: 'voice',
        name: 'Voice <b>changer</b>',
        targets: ['client'],
        permissions: STORAGE,
      });
      await installPackage(rest, bytes);
      return rest.made<PluginView>(rest.patch('/plugins/voice', { offered: true }));
    };

    it('are told to everyone, and theirs to fetch', async () => {
      const bob = await world.at.guest();
      const { packageSha256, bytes } = await offered();
      const { offers } = await bob.client.event('plugins.changed');
      const path = `/plugins/${packageSha256}.zip`;
      expect(offers).toMatchObject([{ id: 'voice', version: '1.0.0', packageSha256, path, bytes }]);
      const answer = await fetch(`${world.at.server.url}${path}`);
      expect(answer.status).toBe(200);
      const headers = Object.fromEntries(answer.headers);
      expect(headers).toMatchObject({
        'content-type': 'application/zip',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      expect(headers['content-disposition']).toMatch(/^attachment/);
      expect(new Uint8Array(await answer.arrayBuffer())).toHaveLength(bytes);
      const again = await fetch(`${world.at.server.url}${path}`, {
        headers: { 'if-none-match': `"${packageSha256}"` },
      });
      expect(again.status).toBe(304);
      const catalogue = await fetch(`${world.at.server.url}/plugins/catalogue.json`);
      expect(await catalogue.json()).toEqual({ offers, commands: [] });
    });

    it('are no longer there once they are not', async () => {
      const { packageSha256 } = await offered();
      const path = `${world.at.server.url}/plugins/${packageSha256}.zip`;
      expect((await fetch(path)).status).toBe(200);
      await rest.made(rest.patch('/plugins/voice', { offered: false }));
      expect((await fetch(path)).status).toBe(404);
      for (const name of ['nothing', `${packageSha256}.zip.zip`, '..%2fswitchboard.sqlite', `${'0'.repeat(64)}.zip`]) {
        expect((await fetch(`${world.at.server.url}/plugins/${name}`)).status).toBe(404);
      }
    });

    it('stand in a page without scripts, in words', async () => {
      const { packageSha256 } = await offered();
      const answer = await fetch(`${world.at.server.url}/plugins`);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      const page = await answer.text();
      expect(page).toContain('Voice &lt;b&gt;changer&lt;/b&gt;');
      expect(page).toContain('<li>Keep data of its own</li>');
      expect(page).toContain(`href="/plugins/${packageSha256}.zip"`);
      expect(page).not.toMatch(/<script|<b>/);
    });
  });
});
