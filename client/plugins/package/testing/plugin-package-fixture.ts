import type { PluginHook } from '@switchboard/protocol';
import { sha256Hex } from '../package-crypto.ts';
import { writePluginPackage } from '../package-writer.ts';

const text = new TextEncoder();

export interface PackageContents {
  /** Fields of the manifest that are to be other than usual; undefined ones are left out. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly wasm?: Uint8Array;
  readonly readme?: string;
  readonly icon?: Uint8Array;
  /** Signs it. */
  readonly publisher?: TestPublisher;
}

/** A package that reads well unless it is told otherwise: a plugin for client and server of which nobody hears anything. */
export async function packageOf({ manifest = {}, wasm, readme, icon, publisher }: PackageContents = {}): Promise<
  Uint8Array<ArrayBuffer>
> {
  const hooks = (manifest.hooks ?? ['on_http']) as readonly PluginHook[];
  const module = wasm ?? wasmWith(hooks);
  const sha256 = await sha256Hex(module);
  const manifestBytes = text.encode(
    JSON.stringify({ ...manifestOf({ hooks, sha256, publisher: publisher?.key }), ...manifest }),
  );
  const signature = publisher === undefined ? undefined : await publisher.sign(manifestBytes);
  return writePluginPackage({ manifestBytes, wasm: module, readme, icon, signature }).slice();
}

export function manifestOf(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    schema: 1,
    id: 'greeter',
    version: '1.2.0',
    abi: 1,
    name: 'Greeter',
    description: 'Says goodbye.',
    author: 'Ada',
    licence: 'MIT',
    targets: ['client', 'server'],
    hooks: ['on_http'],
    sha256: '0'.repeat(64),
    ...changes,
  };
}

export interface TestPublisher {
  /** In hex, as a manifest names it. */
  readonly key: string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** Somebody with a new key. */
export async function newPublisher(): Promise<TestPublisher> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    key: Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes)),
  };
}

/** A module whose hooks do nothing well: each is the same function, () → 0. */
export function wasmWith(hooks: readonly PluginHook[]): Uint8Array<ArrayBuffer> {
  const exports = hooks.flatMap((hook) => [hook.length, ...text.encode(hook), 0, 0]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 1, 0x7f]), // type: () → i32
    ...section(3, [1, 0]), // one function of it
    ...section(7, [hooks.length, ...exports]),
    ...section(10, [1, 4, 0, 0x41, 0, 0x0b]), // i32.const 0
  ]);
}

function section(id: number, content: readonly number[]): readonly number[] {
  // LEB128 of two bytes: enough for all hooks.
  return [id, (content.length & 0x7f) | 0x80, content.length >> 7, ...content];
}

/** The beginning of a PNG: its signature and its header. */
export function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const png = new Uint8Array(33);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(png.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return png;
}
