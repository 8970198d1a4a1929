import type { PluginOffer } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from './plugins/package/package-crypto.ts';
import { newPublisher } from './plugins/package/testing/plugin-package-fixture.ts';
import { connected } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import type { FakePlatform } from './session/testing/fake-platform.ts';
import { allRun, aPlugin, install, until, type PluginWish } from './session/testing/plugins-under-test.ts';
import { VoiceClient } from './voice-client.ts';

async function offered(platform: FakePlatform, id: string, wish: PluginWish = {}): Promise<PluginOffer> {
  const bytes = await aPlugin(id, wish);
  const path = `/plugins/${id}-${platform.files.size}.zip`;
  platform.files.set(path, bytes);
  return {
    id,
    version: wish.version ?? '1.2.0',
    name: id,
    description: 'Offered.',
    author: 'Ada',
    packageSha256: await sha256Hex(bytes),
    path,
    bytes: bytes.length,
  };
}

async function withOffers(...wishes: readonly (readonly [id: string, wish?: PluginWish])[]) {
  const set = await connected();
  const offer = async (...given: typeof wishes) => {
    const offers = await Promise.all(given.map(([id, wish]) => offered(set.platform, id, wish)));
    set.server.tell({ type: 'plugins.changed', data: { offers, commands: [] } });
    return offers;
  };
  await offer(...wishes);
  return { ...set, offer };
}

const version = (sut: VoiceClient) => sut.state.plugins[0]?.manifest.version;
const lastLine = async (sut: VoiceClient, id: string) => (await sut.pluginLog(id)).at(-1)?.text;

describe('VoiceClient', () => {
  describe('plugins that the server offers', () => {
    it('are shown, and fetched when they are asked for', async () => {
      const { sut } = await withOffers(['a'], ['b']);
      expect(sut.state.pluginOffers.map(({ id }) => id)).toEqual(['a', 'b']);
      expect(sut.state.plugins).toEqual([]);
      await install(sut, await sut.fetchPlugin('a'), 'server');
      expect(sut.state.plugins).toMatchObject([{ manifest: { id: 'a' }, origin: 'server' }]);
      await expect(sut.fetchPlugin('c')).rejects.toMatchObject({ code: 'plugin.not_found' });
    });

    it('are those that were offered, from this server, or none', async () => {
      const { sut, server, platform } = await connected();
      const offer = await offered(platform, 'a');
      const tell = (changes: Partial<PluginOffer>) =>
        server.tell({ type: 'plugins.changed', data: { offers: [{ ...offer, ...changes }], commands: [] } });
      tell({ packageSha256: '0'.repeat(64) });
      await expect(sut.fetchPlugin('a')).rejects.toMatchObject({ code: 'plugin.hash_wrong' });
      tell({ path: `//evil.example${offer.path}` });
      await expect(sut.fetchPlugin('a')).rejects.toMatchObject({ code: 'plugin.not_found' });
    });

    it('are not one plugin under the name of another', async () => {
      const { sut, server, platform } = await connected();
      const offer = { ...(await offered(platform, 'a')), id: 'b' };
      server.tell({ type: 'plugins.changed', data: { offers: [offer], commands: [] } });
      await expect(sut.fetchPlugin('b')).rejects.toMatchObject({ code: 'plugin.not_found' });
    });

    it('are followed by what was installed from there, while one is in a room too', async () => {
      const publisher = await newPublisher();
      const { sut, platform, offer } = await withOffers(['a', { publisher }]);
      await install(sut, await sut.fetchPlugin('a'), 'server');
      await sut.join('lobby');
      await until(sut, allRun);
      const { threads } = platform;
      const first = threads.of('a');
      await offer(['a', { version: '1.2.0', description: 'The same version, built again.', publisher }]);
      await until(sut, ({ plugins }) => plugins[0]?.manifest.description.startsWith('The same') === true);
      await until(sut, allRun);
      expect([first.closed, threads.of('a').manifest?.description]).toEqual([true, 'The same version, built again.']);
      expect(await lastLine(sut, 'a')).toContain('Updated to 1.2.0');
    });

    it('are followed at the next visit, by what is switched on', async () => {
      const publisher = await newPublisher();
      const { sut, server, platform } = await withOffers(['a', { publisher }], ['b', { publisher }]);
      for (const id of ['a', 'b']) await install(sut, await sut.fetchPlugin(id), 'server');
      await sut.setPluginEnabled('b', false);
      await sut.close();
      const offers = [
        await offered(platform, 'b', { version: '2.0.0', publisher }),
        await offered(platform, 'a', { version: '2.0.0', publisher }),
      ];
      server.plugins = { offers, commands: [] };
      const next = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
      await next.connect({ type: 'guest', nickname: 'ada' });
      await until(next, () => version(next) === '2.0.0');
      expect(next.state.plugins[1]?.manifest.version).toBe('1.2.0');
      await next.setPluginEnabled('b', true);
      await until(next, ({ plugins }) => plugins[1]?.manifest.version === '2.0.0');
    });

    it('are not followed by what nobody has signed: that is for the person to decide', async () => {
      const publisher = await newPublisher();
      const { sut, platform, offer } = await withOffers(['a'], ['b'], ['z', { publisher }]);
      for (const id of ['a', 'b', 'z']) await install(sut, await sut.fetchPlugin(id), 'server');
      const changed = { description: 'Other code.' };
      const [first] = await offer(['a', changed], ['b', { version: '2.0.0' }], ['z', { version: '2.0.0', publisher }]);
      await until(sut, ({ plugins }) => plugins[2]?.manifest.version === '2.0.0');
      expect(sut.state.plugins.map(({ manifest }) => manifest.version)).toEqual(['1.2.0', '1.2.0', '2.0.0']);
      expect(sut.state.plugins[0]?.packageSha256).not.toBe(first?.packageSha256);
      expect(await lastLine(sut, 'b')).toContain('Not updated to 2.0.0, which the server offers: it is not signed');
      // It was not even fetched.
      expect(platform.downloads).toHaveLength(4);
      await install(sut, await sut.fetchPlugin('a'), 'server');
      expect(sut.state.plugins[0]?.packageSha256).toBe(first?.packageSha256);
    });

    it('are not followed by what came from elsewhere', async () => {
      const publisher = await newPublisher();
      const at = (next: string) => ({ version: next, publisher });
      const { sut, platform, offer } = await withOffers(['a', { publisher }]);
      await install(sut, await aPlugin('a', { name: 'From a file', publisher }));
      const other = new VoiceClient({ server: 'http://other.test:7700', platform });
      await install(other, await aPlugin('b', { publisher }), 'server');
      await sut.movePlugin('a', 0);
      await offer(['a', at('2.0.0')], ['b', at('2.0.0')], ['c', at('2.0.0')]);
      await install(sut, await sut.fetchPlugin('c'), 'server');
      await offer(['a', at('3.0.0')], ['b', at('3.0.0')], ['c', at('3.0.0')]);
      await until(sut, ({ plugins }) => plugins[2]?.manifest.version === '3.0.0');
      expect(sut.state.plugins.map(({ manifest }) => manifest.version)).toEqual(['1.2.0', '1.2.0', '3.0.0']);
    });

    it.each([
      ['wants more', { version: '2.0.0', permissions: [{ name: 'storage' }] }, 'wants more'],
      ['is older', { version: '1.0.0' }, 'newer version'],
      ['does not read', { version: '2.0.0', abi: 2 }, 'newer version of Switchboard'],
    ] as const)('are not followed where the new one %s, and the log says so', async (_, wish, reason) => {
      const publisher = await newPublisher();
      const { sut, platform, offer } = await withOffers(['a', { publisher }], ['z', { publisher }]);
      for (const id of ['a', 'z']) await install(sut, await sut.fetchPlugin(id), 'server');
      await offer(['a', { ...wish, publisher }], ['z', { version: '9.0.0', publisher }]);
      await until(sut, ({ plugins }) => plugins[1]?.manifest.version === '9.0.0');
      expect(version(sut)).toBe('1.2.0');
      expect(await lastLine(sut, 'a')).toContain(reason);
      // Nor is it tried again and again.
      const downloads = platform.downloads.length;
      await sut.movePlugin('a', 1);
      await settled();
      expect(platform.downloads).toHaveLength(downloads);
    });

    it('are not followed into other hands', async () => {
      const publisher = await newPublisher();
      const { sut, offer } = await withOffers(['a', { publisher }], ['b', { publisher }], ['z', { publisher }]);
      for (const id of ['a', 'b', 'z']) await install(sut, await sut.fetchPlugin(id), 'server');
      const next = { version: '2.0.0', publisher: await newPublisher() };
      await offer(['a', next], ['b', { version: '2.0.0' }], ['z', { version: '2.0.0', publisher }]);
      await until(sut, ({ plugins }) => plugins[2]?.manifest.version === '2.0.0');
      expect(sut.state.plugins.map(({ manifest }) => manifest.version)).toEqual(['1.2.0', '1.2.0', '2.0.0']);
      await offer(['a', { version: '2.1.0', publisher }]);
      await until(sut, () => version(sut) === '2.1.0');
    });
  });
});
