import { parseNumber } from './numbers';

/*
 * What a plugin asks of its host. Everything that passes lies in memory of the host's, where it has an address (`u64`); it is gone when the
 * hook returns. Only what a plugin uses becomes an import of its module, so that no permission is asked for in vain.
 */

// @ts-ignore: decorator
@external('extism:host/env', 'alloc') declare function allocIn(bytes: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'free') declare function freeIn(address: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'length') declare function lengthOf(address: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'load_u8') declare function loadByte(address: u64): u32;
// @ts-ignore: decorator
@external('extism:host/env', 'load_u64') declare function loadWord(address: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'store_u8') declare function storeByte(address: u64, value: u32): void;
// @ts-ignore: decorator
@external('extism:host/env', 'store_u64') declare function storeWord(address: u64, value: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'input_length') declare function inputLength(): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'input_load_u8') declare function inputByte(offset: u64): u32;
// @ts-ignore: decorator
@external('extism:host/env', 'input_load_u64') declare function inputWord(offset: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'output_set') declare function outputSet(address: u64, bytes: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'error_set') declare function errorSet(address: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'config_get') declare function configGet(key: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'var_get') declare function varGet(key: u64): u64;
// @ts-ignore: decorator
@external('extism:host/env', 'var_set') declare function varSet(key: u64, value: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'log_debug') declare function logDebug(text: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'log_info') declare function logInfo(text: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'log_warn') declare function logWarn(text: u64): void;
// @ts-ignore: decorator
@external('extism:host/env', 'log_error') declare function logError(text: u64): void;
// @ts-ignore: decorator
@external('extism:host/user', 'send_message') declare function hostSendMessage(json: u64): i64;
// @ts-ignore: decorator
@external('extism:host/user', 'set_status') declare function hostSetStatus(text: u64): i64;
// @ts-ignore: decorator
@external('extism:host/user', 'play_clip') declare function hostPlayClip(samples: u64): i64;
// @ts-ignore: decorator
@external('extism:host/user', 'http_fetch') declare function hostHttpFetch(json: u64): i64;
// @ts-ignore: decorator
@external('extism:host/user', 'members') declare function hostMembers(): i64;
// @ts-ignore: decorator
@external('extism:host/user', 'speaker') declare function hostSpeaker(): i64;

/** Copies bytes into the host's memory. No bytes have the address 0. */
export function toHost(from: usize, bytes: i32): u64 {
  if (bytes == 0) return 0;
  const address = allocIn(<u64>bytes);
  const words = bytes & ~7;
  let at = 0;
  for (; at < words; at += 8) storeWord(address + <u64>at, load<u64>(from + <usize>at));
  for (; at < bytes; at++) storeByte(address + <u64>at, <u32>load<u8>(from + <usize>at));
  return address;
}

export function bytesAt(address: u64): Uint8Array {
  const bytes = address == 0 ? 0 : <i32>lengthOf(address);
  const into = new Uint8Array(bytes);
  const words = bytes & ~7;
  let at = 0;
  for (; at < words; at += 8) store<u64>(into.dataStart + <usize>at, loadWord(address + <u64>at));
  for (; at < bytes; at++) store<u8>(into.dataStart + <usize>at, <u8>loadByte(address + <u64>at));
  return into;
}

/** As UTF-8; half a surrogate pair becomes U+FFFD, so that what comes out is always UTF-8. */
export function textToHost(text: string): u64 {
  const utf8 = String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
  return toHost(changetype<usize>(utf8), utf8.byteLength);
}

export function textAt(address: u64): string {
  const bytes = bytesAt(address);
  return String.UTF8.decodeUnsafe(bytes.dataStart, <usize>bytes.length);
}

/** Copies at most so many bytes of the hook's input. Returns how long the input is. */
export function readInput(into: usize, most: i32): i32 {
  const bytes = <i32>inputLength();
  const wanted = min(bytes, most);
  const words = wanted & ~7;
  let at = 0;
  for (; at < words; at += 8) store<u64>(into + <usize>at, inputWord(<u64>at));
  for (; at < wanted; at++) store<u8>(into + <usize>at, <u8>inputByte(<u64>at));
  return bytes;
}

/** The event of the hook, as JSON. */
export function inputText(): string {
  const bytes = new Uint8Array(<i32>inputLength());
  readInput(bytes.dataStart, bytes.length);
  return String.UTF8.decodeUnsafe(bytes.dataStart, <usize>bytes.length);
}

export function outputBytes(from: usize, bytes: i32): void {
  outputSet(toHost(from, bytes), <u64>bytes);
}

export function outputText(text: string): void {
  const utf8 = String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
  outputBytes(changetype<usize>(utf8), utf8.byteLength);
}

let failed = false;

/** The hook ends with an error: one sentence, for who looks at the plugin's log. */
export function fail(reason: string): void {
  errorSet(textToHost(reason));
  failed = true;
}

/** Whether the hook has failed; the next has not. */
export function takeFailure(): bool {
  const had = failed;
  failed = false;
  return had;
}

/** Stands in for AssemblyScript's `abort`: what went wrong, and where, becomes the error. */
export function abortPlugin(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? 'aborted' : message;
  const where = file === null ? '' : ` (${file}:${line.toString()}:${column.toString()})`;
  errorSet(textToHost(what + where));
  unreachable();
}

/** What a host function of ours answers where it did nothing; 0 and more is success. */
export namespace Refused {
  export const invalid: i64 = -1;
  /** Too often, or too much. */
  export const quota: i64 = -2;
  /** Not now: one is in no room. */
  export const unavailable: i64 = -3;
}

/** The plugin's settings, as people have set them. */
export namespace config {
  /** Empty where there is no such setting. */
  export function text(name: string): string {
    const key = textToHost(name);
    const value = configGet(key);
    freeIn(key);
    return value == 0 ? '' : textAt(value);
  }

  export function flag(name: string): bool {
    return text(name) == 'true';
  }

  /** NaN where the setting is no number. */
  export function number(name: string): f64 {
    return parseNumber(text(name));
  }

  export function integer(name: string): i32 {
    return <i32>number(name);
  }
}

/** What stays when the plugin is started again. Needs the permission `storage`. */
export namespace storage {
  /** Empty where nothing is stored. */
  export function get(key: string): string {
    return textAt(varGet(textToHost(key)));
  }

  /** An empty text is the same as none. What is more than the plugin may store ends the hook with an error. */
  export function set(key: string, value: string): void {
    varSet(textToHost(key), textToHost(value));
  }

  export function remove(key: string): void {
    varSet(textToHost(key), 0);
  }
}

/** Lines of the plugin's log. Needs the permission `log`. */
export namespace log {
  export function debug(text: string): void {
    logDebug(textToHost(text));
  }

  export function info(text: string): void {
    logInfo(textToHost(text));
  }

  export function warn(text: string): void {
    logWarn(textToHost(text));
  }

  export function error(text: string): void {
    logError(textToHost(text));
  }
}

/** One's own status. Needs the permission `status.set`. @returns 0, or one of `Refused`. */
export function setStatus(text: string): i64 {
  return hostSetStatus(textToHost(text));
}

/** Plays a clip into the room: 48 kHz, mono, at most ten seconds. Needs the permission `clip.play`. @returns 0, or one of `Refused`. */
export function playClip(samples: Int16Array): i64 {
  return hostPlayClip(toHost(samples.dataStart, samples.byteLength));
}

/** Whose frame it is: 0 for one's own microphone, else a number that stays the same while that one is in the room. */
export function speaker(): i64 {
  return hostSpeaker();
}

/** @internal */
export function sendJson(json: string): i64 {
  return hostSendMessage(textToHost(json));
}

/** @internal */
export function fetchJson(json: string): i64 {
  return hostHttpFetch(textToHost(json));
}

/** @internal */
export function membersJson(): string {
  const address = hostMembers();
  return address <= 0 ? '' : textAt(<u64>address);
}
