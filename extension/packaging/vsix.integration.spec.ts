import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOf } from '../../client/engine/testing/frame-plugins.ts';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import { binaryKind } from './binary-kind.ts';
import { BUNDLES, EXTENSION, makeBundles, type Bundled } from './bundles.ts';
import { PackageUnavailable } from './pinned-packages.ts';
import { stage } from './stage.ts';
import { startFaults } from './start-faults.ts';
import { NATIVE_TARGETS, TARGETS, type NativeTargetName, type TargetName } from './targets.ts';
import { extractFolder, unzipped } from './testing/zip.ts';
import { makeVsix } from './vsix.ts';

type Files = ReadonlyMap<string, Buffer>;

const ROOT = dirname(EXTENSION);
const HERE = `${process.platform}-${process.arch}`;
const NATIVE = Object.keys(NATIVE_TARGETS) as NativeTargetName[];

let folder = '';
let bundles: readonly Bundled[] = [];
/** What is in the package of each target; of some it can't be made without the registry. */
const packed = new Map<TargetName, Files>();
const unavailable = new Map<TargetName, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-packaging-'));
  bundles = (await makeBundles(BUNDLES, join(folder, 'bundles'), { minify: true })) ?? [];
  await Promise.all(TARGETS.map(pack));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function pack(target: TargetName): Promise<void> {
  const [staging, file] = [join(folder, target), join(folder, `${target}.vsix`)];
  try {
    await stage(target, bundles, join(folder, 'bundles'), staging);
  } catch (error) {
    // Tests run without a network, too. What this machine itself needs is installed.
    if (!(error instanceof PackageUnavailable) || target === HERE) throw error;
    unavailable.set(target, error.message);
    return;
  }
  await makeVsix(staging, target, file, false);
  packed.set(target, unzipped(await readFile(file)));
}

function filesOf(target: TargetName): Files {
  const files = packed.get(target);
  if (files === undefined) throw new Error(`${target} was not packed: ${unavailable.get(target) ?? ''}`);
  return files;
}

/** Paths within the extension. */
const pathsOf = (target: TargetName): string[] =>
  [...filesOf(target).keys()].flatMap((path) => (path.startsWith('extension/') ? path.slice(10) : []));

const manifestOf = (target: TargetName): Record<string, unknown> =>
  JSON.parse(filesOf(target).get('extension/package.json')!.toString()) as Record<string, unknown>;

describe.each(TARGETS)('the package for %s', (target) => {
  beforeEach(({ skip }) => skip(unavailable.has(target), unavailable.get(target)));

  it('says for which platform it is', () => {
    expect(filesOf(target).get('extension.vsixmanifest')!.toString()).toContain(`TargetPlatform="${target}"`);
  });

  it('has the bundles and nothing else of ours', () => {
    const ours = pathsOf(target).filter((path) => path.startsWith('dist/') && !path.startsWith('dist/node_modules/'));
    const expected = BUNDLES.filter(({ name }) => (name === 'web.cjs') === (target === 'web'));
    expect(ours.sort()).toEqual(expected.map(({ name }) => `dist/${name}`).sort());
  });

  it('has what is shown and what the law wants', () => {
    expect(pathsOf(target)).toEqual(
      expect.arrayContaining([
        'readme.md',
        'changelog.md',
        'LICENSE.txt',
        'THIRD_PARTY_NOTICES.txt',
        'media/icon.png',
        'package.nls.json',
        'package.nls.de.json',
        'l10n/bundle.l10n.de.json',
      ]),
    );
  });

  it('has every file that its manifest names', () => {
    const named = JSON.stringify(manifestOf(target)).match(/"(?:\.\/)?(?:media|dist)\/[^"]+"/g) ?? [];
    const paths = new Set(pathsOf(target));
    expect(named.map((path) => path.slice(1, -1).replace('./', '')).filter((path) => !paths.has(path))).toEqual([]);
    expect(named).not.toEqual([]);
  });

  it('has no source, no test and no map', () => {
    const unwanted = /\.(ts|mts|cts|map|tsbuildinfo|onnx|so|dll|dylib|tgz)$|\.spec\.|(^|\/)testing\//;
    expect(pathsOf(target).filter((path) => unwanted.test(path))).toEqual([]);
  });

  it('has nothing of the machine that it was made on', () => {
    const places = [ROOT, folder, ...(homedir() === '/root' ? [] : [homedir()])];
    for (const [path, bytes] of filesOf(target)) {
      for (const place of places) expect(bytes.includes(place), `${place} in ${path}`).toBe(false);
    }
  });
});

describe.each(NATIVE)('the native parts for %s', (target) => {
  beforeEach(({ skip }) => skip(unavailable.has(target), unavailable.get(target)));

  it('are machine code for that platform alone', () => {
    const { kind } = NATIVE_TARGETS[target];
    const code = [...filesOf(target)].flatMap(([path, bytes]) => {
      const found = binaryKind(bytes.subarray(0, 4096));
      return found === undefined ? [] : [{ name: basename(path), ...found }];
    });
    const { webAudio, decibri, keyboardHook } = NATIVE_TARGETS[target];
    const names = [
      `node-web-audio-api.${webAudio}.node`,
      ...(decibri === undefined ? [] : [`decibri.${decibri.binary.name.replace('@decibri/decibri-', '')}.node`]),
      ...(keyboardHook ? ['uiohook-napi.node'] : []),
    ];
    expect(code.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(names.sort().map((name) => ({ name, ...kind })));
  });

  it('are named in the notices', () => {
    const notices = filesOf(target).get('extension/THIRD_PARTY_NOTICES.txt')!.toString();
    for (const name of ['node-web-audio-api', 'libopus-wasm', '@noble/ciphers', 'lit', 'ws']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
    expect(notices.includes('GNU LESSER GENERAL PUBLIC LICENSE')).toBe(NATIVE_TARGETS[target].keyboardHook);
  });
});

describe('the bundle that each start of the editor loads', () => {
  it('is small, and all of it ours', () => {
    expect(bundles.flatMap(startFaults)).toEqual([]);
  });
});

describe.runIf(HERE in NATIVE_TARGETS)('the package of this machine, unpacked in an empty folder', () => {
  const installed = (): string => join(folder, 'installed/dist');

  beforeAll(() => extractFolder(filesOf(HERE as NativeTargetName), 'extension', join(folder, 'installed')));

  it.each(['node-web-audio-api', 'decibri', 'uiohook-napi'])('loads %s', async (name) => {
    const script = join(installed(), `load-${name}.mjs`);
    await writeFile(script, `const found = await import('${name}'); console.log(Object.keys(found).length > 2);`);
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect((await text(child.stdout)).trim()).toBe('true');
  });

  it('runs the engine, with its codec', async () => {
    const child = fork(join(installed(), 'engine-process.mjs'), [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const messages: { type: string }[] = [];
    child.on('message', (message: { type: string }) => messages.push(message));
    child.send({ type: 'start', fingerprint: null });
    await expect.poll(() => messages).toContainEqual({ type: 'ready' });
    child.disconnect();
    await once(child, 'exit');
  });

  it('runs a plugin in a thread beside the engine', async () => {
    const child = fork(join(installed(), 'engine-process.mjs'), [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const messages: { type: string }[] = [];
    child.on('message', (message: { type: string }) => messages.push(message));
    child.send({ type: 'start', fingerprint: null });
    await expect.poll(() => messages).toContainEqual({ type: 'ready' });
    child.send({ type: 'sandbox.open', sandboxId: 1 });
    child.send({ type: 'sandbox.post', sandboxId: 1, message: startOf(await gain()) });
    const started = { type: 'sandbox.message', sandboxId: 1, message: { type: 'started' } };
    await expect.poll(() => messages).toContainEqual(started);
    child.disconnect();
    await once(child, 'exit');
  });

  it('runs the talk key', async () => {
    const child = fork(join(installed(), 'talk-key-process.mjs'), [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.send({ type: 'watch', key: 'no such key' });
    expect(await once(child, 'message')).toEqual([
      { type: 'unavailable', problem: 'unknown_key', detail: '' },
      undefined,
    ]);
    child.disconnect();
    await once(child, 'exit');
  });
});
