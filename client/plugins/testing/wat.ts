import {
  ALL_HOOKS,
  pluginManifest,
  type PluginHook,
  type PluginManifest,
  type PluginPermission,
  type PluginTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import wabt from 'wabt';
import { sha256Hex } from '../package/package-crypto.ts';

type Wabt = Awaited<ReturnType<typeof wabt>>;
let loading: Promise<Wabt> | undefined;

/** What newer compilers use without being asked to. */
const FEATURES = {
  bulk_memory: true,
  exceptions: true,
  mutable_globals: true,
  sign_extension: true,
  sat_float_to_int: true,
};

/**
 * Compiles WebAssembly's text format. What does not validate is compiled all the same where `check` is false: for what a hostile author writes.
 * @throws Error that names the line
 */
export async function wasmOf(
  wat: string,
  {
    check = true,
    features = {},
  }: { readonly check?: boolean; readonly features?: Readonly<Record<string, boolean>> } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const tools = await (loading ??= wabt());
  const module = tools.parseWat('plugin.wat', wat, { ...FEATURES, ...features });
  try {
    if (check) module.validate();
    return module.toBinary({}).buffer.slice();
  } finally {
    module.destroy();
  }
}

export interface TestPlugin {
  readonly manifest: PluginManifest;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type PluginParts = ({ readonly wat: string } | { readonly wasm: Uint8Array<ArrayBuffer> }) & {
  /** By default those that the text exports. */
  readonly hooks?: readonly PluginHook[];
  readonly permissions?: readonly PluginPermission[];
  /** By default one, `test`, where there is the hook on_command. */
  readonly commands?: readonly unknown[];
  readonly targets?: readonly PluginTarget[];
  readonly limits?: Partial<PluginManifest['limits']>;
  readonly timerS?: number;
  readonly config?: PluginManifest['config'];
  readonly id?: string;
  readonly name?: string;
};

/** A plugin, with the manifest that an author would have written for it. */
export async function pluginOf(parts: PluginParts): Promise<TestPlugin> {
  const { id = 'test', name = id, hooks = hooksIn(parts), permissions = [], targets = ['client'], limits = {} } = parts;
  const { timerS, config } = parts;
  const wasm = 'wasm' in parts ? parts.wasm : await wasmOf(parts.wat);
  const commands = parts.commands ?? (hooks.includes('on_command') ? [{ name: 'test', description: 'Tests.' }] : []);
  const manifest = v.parse(pluginManifest, {
    schema: 1,
    id,
    version: '1.0.0',
    abi: 1,
    name,
    description: 'For tests.',
    author: 'Tests',
    licence: 'MIT',
    targets,
    hooks,
    permissions,
    commands,
    limits,
    ...(timerS === undefined ? {} : { timerS }),
    ...(config === undefined ? {} : { config }),
    sha256: await sha256Hex(wasm),
  });
  return { manifest, wasm };
}

function hooksIn(parts: PluginParts): readonly PluginHook[] {
  if ('wasm' in parts) return ['on_command'];
  return ALL_HOOKS.filter((hook) => parts.wat.includes(`(export "${hook}"`));
}
