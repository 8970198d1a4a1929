/** `npm run package [-- --target linux-x64]…`: a .vsix for each platform, or those that are named, into extension/dist/vsix. */

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { BUNDLES, EXTENSION, makeBundles } from './bundles.ts';
import { readManifest, stage } from './stage.ts';
import { startFaults } from './start-faults.ts';
import { NATIVE_TARGETS, TARGETS, type TargetName } from './targets.ts';
import { makeVsix } from './vsix.ts';

const VSIX = join(EXTENSION, 'dist/vsix');
const BUNDLE_FOLDER = join(EXTENSION, 'dist');

const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
const named = values.target ?? TARGETS;
const unknown = named.find((name) => !TARGETS.some((target) => target === name));
if (unknown === undefined) process.exitCode = (await packageAll(named as readonly TargetName[])) ? 0 : 1;
else {
  console.error(`There is no target ${unknown}: ${TARGETS.join(', ')}`);
  process.exitCode = 2;
}

/** @returns whether every one of them was made; what failed is said. */
async function packageAll(targets: readonly TargetName[]): Promise<boolean> {
  const bundles = await makeBundles(BUNDLES, BUNDLE_FOLDER, { minify: true });
  if (bundles === undefined) return false;
  const faults = bundles.flatMap(startFaults);
  for (const fault of faults) console.error(fault);
  const manifest = await readManifest();
  await mkdir(VSIX, { recursive: true });
  let failed = faults.length > 0;
  for (const target of targets) {
    const folder = await mkdtemp(join(tmpdir(), `switchboard-${target}-`));
    const file = join(VSIX, `switchboard-voice-${target}-${manifest.version}.vsix`);
    try {
      await stage(target, bundles, BUNDLE_FOLDER, folder);
      await makeVsix(folder, target, file, manifest.repository !== undefined);
      console.log(`${target.padEnd(12)} ${mib((await stat(file)).size)}  ${backendsOf(target)}`);
    } catch (error) {
      failed = true;
      console.error(`${target.padEnd(12)} failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return !failed;
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1).padStart(6)} MiB`;
}

/** How it makes sound. */
function backendsOf(target: TargetName): string {
  if (target === 'web') return "opens the server's page";
  const { decibri } = NATIVE_TARGETS[target];
  return ['node-web-audio-api', ...(decibri === undefined ? [] : [`decibri ${decibri.scripts.version}`])].join(', ');
}
