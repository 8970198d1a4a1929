import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { EXTENSION } from './bundles.ts';
import { runNpm, runProgram } from './run-program.ts';
import type { PinnedPackage } from './targets.ts';

const ROOT = dirname(EXTENSION);
const CACHE = join(ROOT, '.cache/packaging');

/** What of a package.json is read here. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

/** A package that is neither installed nor to be had. */
export class PackageUnavailable extends Error {}

/** @param folder of an installed package */
export function packageInfo(folder: string): PackageInfo {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageInfo;
}

/** Where npm put a dependency of the extension. @throws Error if it is not installed */
export function installedFolder(name: string): string {
  const folder = [EXTENSION, ROOT].map((each) => join(each, 'node_modules', name)).find((each) => existsSync(each));
  if (folder === undefined) throw new Error(`${name} is not installed: run npm ci.`);
  return folder;
}

/**
 * The folder of a package whose version and hash are known: as installed, or else from the registry, once.
 * npm installs only the binaries of the machine that it runs on; packages are made for all.
 * @throws PackageUnavailable that says which package could not be had, and why
 * @throws Error if it is not the one that was pinned
 */
export async function pinnedFolder(pinned: PinnedPackage): Promise<string> {
  const { name, version } = pinned;
  const installed = [EXTENSION, ROOT].map((each) => join(each, 'node_modules', name)).find((each) => existsSync(each));
  // npm has compared its hash with the one in the lock file.
  if (installed !== undefined && packageInfo(installed).version === version) return installed;
  const folder = join(CACHE, `${name.replaceAll('/', '-')}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const working = await mkdtemp(join(CACHE, 'fetch-'));
  try {
    await fetched(pinned, working);
    // In one step: whoever looks sees all of it or nothing. Another who fetched the same was as good.
    await rename(join(working, 'package'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(working, { recursive: true, force: true });
  }
}

/** Fetches and unpacks into `working/package`. */
async function fetched({ name, version, integrity }: PinnedPackage, working: string): Promise<void> {
  try {
    await runNpm(['pack', `${name}@${version}`, '--loglevel=error', '--ignore-scripts'], { cwd: working });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PackageUnavailable(`${name}@${version} could not be fetched from the npm registry: ${reason}`, { cause });
  }
  const archive = (await readdir(working)).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) throw new Error('npm pack left no archive');
  const hash = `sha512-${createHash('sha512')
    .update(await readFile(join(working, archive)))
    .digest('base64')}`;
  if (hash !== integrity) throw new Error(`${name}@${version} is not what was expected: its hash is ${hash}`);
  // Windows and macOS have tar, too.
  await runProgram('tar', ['-xzf', archive], { cwd: working });
}

/** Copies some files of a folder, with the folders that they are in. @throws Error if one is missing */
export async function copyFiles(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file), { dereference: true });
  }
}
