import { MAX_PLUGIN_ENTRIES, MAX_PLUGIN_UNPACKED_BYTES, SwitchboardError } from '@switchboard/protocol';
import { crc32 } from './crc32.ts';

/*
 * Reads a zip (PKWARE's APPNOTE 6.3.10) that somebody unknown has made, from its central directory alone: everywhere the same files come out of
 * it. Nothing is inflated beyond what the directory declares, and that is limited.
 *
 * The platform inflates, and not a library: somebody can fill a file with DEFLATE blocks that each bring tables and hold nothing, and what
 * builds its tables in JavaScript would be busy with a hundred kilobytes of them for seconds, on the thread that it was called on.
 */

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

const FLAG_ENCRYPTED = 1;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

/** What does not compress is stored in blocks of five bytes more, none of them smaller than this (zlib's with the least memory). */
const LEAST_STORED_BLOCK_BYTES = 16_384;
const STORED_BLOCK_EXTRA_BYTES = 5;
const MAX_EXTRA_BYTES = 64;

/** Of names, which are other names with a byte order mark. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

interface Entry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

interface Directory {
  readonly entries: readonly Entry[];
  /** Where it begins: all files lie before it. */
  readonly at: number;
}

/** Where a file lies, from its own header to the end of what is packed. */
interface Place {
  readonly entry: Entry;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

export function damaged(why: string, cause?: unknown): SwitchboardError {
  return new SwitchboardError(
    'plugin.package_damaged',
    `This is not a plugin package, or it is damaged: ${why}. Nothing was changed.`,
    { cause },
  );
}

export function tooLarge(what: string): SwitchboardError {
  return new SwitchboardError(
    'plugin.package_too_large',
    `The plugin package is too large: ${what}. Nothing was changed.`,
  );
}

/**
 * @param wanted the files to read, with the most bytes that each may have; others are left where they are, but count
 * @returns those of them that are there
 * @throws SwitchboardError `plugin.package_damaged`, `plugin.package_too_large`
 */
export async function readZip<Name extends string>(
  zip: Uint8Array<ArrayBuffer>,
  wanted: Readonly<Record<Name, number>>,
): Promise<ReadonlyMap<Name, Uint8Array>> {
  const directory = directoryOf(zip);
  checkEntries(directory.entries);
  const files = new Map<Name, Uint8Array>();
  for (const { entry, start, end } of placesOf(zip, directory)) {
    if (!isNameOf(wanted, entry.name)) continue;
    if (entry.bytes > wanted[entry.name]) throw tooLarge(`${entry.name} has more than ${inKiB(wanted[entry.name])}`);
    files.set(entry.name, await contentOf(zip.subarray(start, end), entry));
  }
  return files;
}

function checkEntries(entries: readonly Entry[]): void {
  const names = new Set<string>();
  let total = 0;
  for (const { name, bytes, packedBytes } of entries) {
    if (isTrick(name)) throw damaged('it holds a file that points out of it');
    // Two that are one where upper and lower case are the same would depend on who unpacks them.
    const key = name.toLowerCase();
    if (names.has(key)) throw damaged(`it holds ${quoted(name)} twice`);
    names.add(key);
    if (packedBytes > mostPacked(bytes)) throw damaged(`${quoted(name)} is larger packed than unpacked`);
    total += bytes;
  }
  if (total > MAX_PLUGIN_UNPACKED_BYTES)
    throw tooLarge(`unpacked it has more than ${inMiB(MAX_PLUGIN_UNPACKED_BYTES)}`);
}

function mostPacked(bytes: number): number {
  return bytes + STORED_BLOCK_EXTRA_BYTES * Math.ceil(bytes / LEAST_STORED_BLOCK_BYTES) + MAX_EXTRA_BYTES;
}

function isNameOf<Name extends string>(wanted: Readonly<Record<Name, number>>, name: string): name is Name {
  return Object.hasOwn(wanted, name);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function directoryOf(zip: Uint8Array): Directory {
  const view = viewOf(zip);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  const directoryEnd = start + view.getUint32(end + 12, true);
  if (count > MAX_PLUGIN_ENTRIES) throw tooLarge(`it holds more than ${MAX_PLUGIN_ENTRIES} files`);
  if (directoryEnd > end) throw damaged('its directory is cut short');
  const entries: Entry[] = [];
  let at = start;
  for (let left = count; left > 0; left--) {
    if (at + CENTRAL_BYTES > directoryEnd || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
      throw damaged('its directory is wrong');
    }
    const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > directoryEnd) throw damaged('its directory is cut short');
    entries.push({
      name: utf8.decode(zip.subarray(at + CENTRAL_BYTES, nameEnd)),
      encrypted: (view.getUint16(at + 8, true) & FLAG_ENCRYPTED) !== 0,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  if (at !== directoryEnd) throw damaged('its directory names other files than it counts');
  return { entries, at: start };
}

/** Where the end record is: behind it comes a comment of the length that it says, and nothing else. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw damaged('it is no zip, or cut short');
}

/** Each has bytes of its own: two names for the same ones would be unpacked twice. */
function placesOf(zip: Uint8Array, { entries, at }: Directory): readonly Place[] {
  const view = viewOf(zip);
  const places = entries.map((entry) => placeOf(view, entry));
  let last = 0;
  for (const { entry, from, end } of places.toSorted((one, other) => one.from - other.from)) {
    if (from < last) throw damaged(`${quoted(entry.name)} lies within another file`);
    if (end > at) throw damaged(`${quoted(entry.name)} is cut short`);
    last = end;
  }
  return places;
}

function placeOf(view: DataView, entry: Entry): Place {
  const { name, offset: from, packedBytes } = entry;
  if (from + LOCAL_BYTES > view.byteLength || view.getUint32(from, true) !== LOCAL_SIGNATURE) {
    throw damaged(`${quoted(name)} is not where its directory says`);
  }
  const start = from + LOCAL_BYTES + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
  return { entry, from, start, end: start + packedBytes };
}

async function contentOf(
  packed: Uint8Array<ArrayBuffer>,
  { name, encrypted, method, crc, bytes }: Entry,
): Promise<Uint8Array> {
  if (encrypted) throw damaged(`${name} is encrypted`);
  const content = method === METHOD_STORED ? packed.slice() : await inflated(name, method, packed, bytes);
  if (content.length !== bytes || crc32(content) !== crc)
    throw damaged(`${name} is not what it was when it was packed`);
  return content;
}

async function inflated(
  name: string,
  method: number,
  packed: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Uint8Array> {
  if (method !== METHOD_DEFLATED) throw damaged(`${name} is packed in a way that is not read here`);
  const content = new Uint8Array(bytes);
  let filled = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (filled + part.value.length > bytes) throw damaged(`${name} is larger than its directory says`);
      content.set(part.value, filled);
      filled += part.value.length;
    }
  } catch (error) {
    // What is beyond is never made.
    await reader.cancel().catch(() => undefined);
    throw SwitchboardError.is(error) ? error : damaged(`${name} cannot be unpacked`, error);
  }
  return content.subarray(0, filled);
}

/** A name that, unpacked with others, would land outside of the folder: never written by us, and by nobody who means well. */
function isTrick(name: string): boolean {
  if (name === '' || name.startsWith('/') || name.includes('\\') || name.includes('\0')) return true;
  return /^[a-z]:/i.test(name) || name.split('/').includes('..');
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

function inKiB(bytes: number): string {
  return `${(bytes / 1024).toLocaleString('en')} KiB`;
}

function inMiB(bytes: number): string {
  return `${bytes / 1024 ** 2} MiB`;
}
