import type { PluginPermissionName } from '@switchboard/protocol';

/** Of a parameter or a result. */
type AbiType = 'i32' | 'i64';

export interface AbiFunction {
  readonly parameters: readonly AbiType[];
  readonly results: readonly AbiType[];
  /** Without it the function cannot be imported. */
  readonly permission?: PluginPermissionName;
}

function of(
  parameters: readonly AbiType[],
  results: readonly AbiType[],
  permission?: PluginPermissionName,
): AbiFunction {
  return permission === undefined ? { parameters, results } : { parameters, results, permission };
}

const ENV: Readonly<Record<string, AbiFunction>> = {
  alloc: of(['i64'], ['i64']),
  free: of(['i64'], []),
  length: of(['i64'], ['i64']),
  length_unsafe: of(['i64'], ['i64']),
  load_u8: of(['i64'], ['i32']),
  load_u64: of(['i64'], ['i64']),
  store_u8: of(['i64', 'i32'], []),
  store_u64: of(['i64', 'i64'], []),
  input_offset: of([], ['i64']),
  input_length: of([], ['i64']),
  input_load_u8: of(['i64'], ['i32']),
  input_load_u64: of(['i64'], ['i64']),
  output_set: of(['i64', 'i64'], []),
  error_set: of(['i64'], []),
  error_get: of([], ['i64']),
  get_log_level: of([], ['i32']),
  config_get: of(['i64'], ['i64']),
  var_get: of(['i64'], ['i64'], 'storage'),
  var_set: of(['i64', 'i64'], [], 'storage'),
  log_trace: of(['i64'], [], 'log'),
  log_debug: of(['i64'], [], 'log'),
  log_info: of(['i64'], [], 'log'),
  log_warn: of(['i64'], [], 'log'),
  log_error: of(['i64'], [], 'log'),
};

const USER: Readonly<Record<string, AbiFunction>> = {
  send_message: of(['i64'], ['i64'], 'message.send'),
  set_status: of(['i64'], ['i64'], 'status.set'),
  play_clip: of(['i64'], ['i64'], 'clip.play'),
  http_fetch: of(['i64'], ['i64'], 'http'),
  members: of([], ['i64'], 'members.read'),
  speaker: of([], ['i64']),
};

export const ENV_MODULE = 'extism:host/env';
export const USER_MODULE = 'extism:host/user';

const MODULES: Readonly<Record<string, Readonly<Record<string, AbiFunction>>>> = {
  [ENV_MODULE]: ENV,
  [USER_MODULE]: USER,
};

/** What a plugin can import; undefined for what there is not. */
export function abiFunction(module: string, name: string): AbiFunction | undefined {
  const functions = Object.hasOwn(MODULES, module) ? MODULES[module] : undefined;
  return functions !== undefined && Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** What to do about an import that does not exist, for the imports that compilers bring by themselves. */
export function adviceFor(module: string, name: string): string {
  if (module === ENV_MODULE && name.startsWith('http_')) {
    return 'A plugin does not wait for HTTP: call http_fetch of extism:host/user, and the hook on_http is told the answer.';
  }
  if (module.startsWith('wasi_')) {
    return 'There is no WASI here: compile for a target without a system, such as wasm32-unknown-unknown.';
  }
  if (module === 'env' && name === 'abort') {
    return 'AssemblyScript: compile with --use abort= and a function of your own.';
  }
  if (module === 'env') return 'A function may be declared that nothing defines, or its import module not be named.';
  return 'docs/plugins.md names the functions that there are.';
}
