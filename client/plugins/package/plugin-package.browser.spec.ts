import { describe, expect, it } from 'vitest';
import { readPluginPackage } from './plugin-package.ts';
import { newPublisher, packageOf, pngOf } from './testing/plugin-package-fixture.ts';

describe('readPluginPackage in a page', () => {
  it('reads a package that is signed, and refuses one that is signed by somebody else', async () => {
    const [ada, eve] = await Promise.all([newPublisher(), newPublisher()]);
    const read = await readPluginPackage(await packageOf({ publisher: ada, readme: '# Grüße', icon: pngOf(16, 16) }));
    expect(read).toMatchObject({ signed: true, readme: '# Grüße', manifest: { publisher: ada.key } });
    const forged = await packageOf({ publisher: { key: ada.key, sign: (bytes) => eve.sign(bytes) } });
    await expect(readPluginPackage(forged)).rejects.toMatchObject({ code: 'plugin.signature_wrong' });
  });
});
