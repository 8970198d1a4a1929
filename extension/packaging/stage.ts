import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { EXTENSION, type Bundled } from './bundles.ts';
import { packedManifest, type Manifest } from './manifest.ts';
import { packageFolderOf, stageNativeParts } from './native-parts.ts';
import { noticesOf } from './notices.ts';
import { inlineImages } from './readme-images.ts';
import type { TargetName } from './targets.ts';

const WEB_BUNDLE = 'web.cjs';

export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(EXTENSION, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Puts together in an empty folder what goes into the package of one target, and nothing else.
 * @param bundles what was made, in `bundleFolder`
 * @throws Error naming the part that is missing
 */
export async function stage(
  target: TargetName,
  bundles: readonly Bundled[],
  bundleFolder: string,
  folder: string,
): Promise<void> {
  const manifest = await readManifest();
  const packed = bundles.filter(({ name }) => (name === WEB_BUNDLE) === (target === 'web'));
  for (const { name } of packed) {
    await mkdir(dirname(join(folder, 'dist', name)), { recursive: true });
    await cp(join(bundleFolder, name), join(folder, 'dist', name));
  }
  const native = target === 'web' ? [] : await stageNativeParts(target, join(folder, 'dist'));
  const bundledPackages = packed
    .flatMap(({ inputs }) => inputs)
    .filter((input) => input.includes('node_modules/'))
    .map((input) => packageFolderOf(join(EXTENSION, input)));
  const texts = (await readdir(EXTENSION)).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
  for (const name of [...texts, 'CHANGELOG.md']) await cp(join(EXTENSION, name), join(folder, name));
  for (const shown of ['l10n', 'media']) {
    await cp(join(EXTENSION, shown), join(folder, shown), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
  await cp(join(dirname(EXTENSION), 'LICENSE'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'THIRD_PARTY_NOTICES.txt'), noticesOf([...bundledPackages, ...native]));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(packedManifest(manifest, target), null, 2)}\n`);
  const readme = await readFile(join(EXTENSION, 'README.md'), 'utf8');
  // Without a public repository there is no address that the pictures could be shown from.
  const pictured = manifest.repository === undefined ? await inlineImages(readme, EXTENSION) : readme;
  await writeFile(join(folder, 'README.md'), pictured);
}
