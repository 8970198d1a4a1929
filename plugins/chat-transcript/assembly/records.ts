import { storage } from 'switchboard';
import { Entry } from './entry';

/*
 * Messages are stored in blocks, a line of JSON each: a new message writes one block anew, not all of them, and where room is needed the oldest block
 * goes. `blocks` names the first block, and then how many bytes each has.
 */

const INDEX = 'blocks';
const BLOCK_BYTES: i32 = 6 * 1024;
/** Keys that may be stored are 64; one is the index. */
const MAX_BLOCKS: i32 = 60;

class Index {
  first: i32 = 0;
  sizes: i32[] = [];

  static read(): Index {
    const index = new Index();
    const words = storage.get(INDEX).split(' ');
    for (let at = 0; at < words.length; at++) {
      if (words[at].length == 0) continue;
      const number = I32.parseInt(words[at]);
      if (at == 0) index.first = number;
      else index.sizes.push(number);
    }
    return index;
  }

  write(): void {
    const words: string[] = [this.first.toString()];
    for (let at = 0; at < this.sizes.length; at++) words.push(this.sizes[at].toString());
    storage.set(INDEX, words.join(' '));
  }

  bytes(): i32 {
    let bytes = 0;
    for (let at = 0; at < this.sizes.length; at++) bytes += this.sizes[at];
    return bytes;
  }

  last(): string {
    return keyOf(this.first + this.sizes.length - 1);
  }

  dropOldest(): void {
    storage.remove(keyOf(this.first));
    this.sizes.shift();
    this.first++;
  }
}

function keyOf(block: i32): string {
  return `block ${block.toString()}`;
}

/** Keeps a message, and forgets the oldest where that would be more bytes than allowed. One that is there already is not kept again. */
export function keepRecord(entry: Entry, maxBytes: i32): void {
  const line = entry.toJson();
  const bytes = String.UTF8.byteLength(line) + 1;
  const index = Index.read();
  const newest = index.sizes.length == 0 ? '' : storage.get(index.last());
  if (newest.includes(`{"i":"${entry.id}",`)) return;
  const isNew = index.sizes.length == 0 || index.sizes[index.sizes.length - 1] + bytes > BLOCK_BYTES;
  if (isNew) index.sizes.push(0);
  index.sizes[index.sizes.length - 1] += bytes;
  while (index.sizes.length > 1 && (index.bytes() > maxBytes || index.sizes.length > MAX_BLOCKS)) index.dropOldest();
  storage.set(index.last(), isNew ? line : `${newest}\n${line}`);
  index.write();
}

/** All that was kept of a room, the oldest first. */
export function recordsOf(roomId: string): Entry[] {
  const index = Index.read();
  const entries: Entry[] = [];
  for (let block = 0; block < index.sizes.length; block++) {
    const lines = storage.get(keyOf(index.first + block)).split('\n');
    for (let at = 0; at < lines.length; at++) {
      const entry = Entry.from(lines[at]);
      if (entry !== null && entry.roomId == roomId) entries.push(entry);
    }
  }
  return entries;
}

export function clearRecords(): void {
  const index = Index.read();
  while (index.sizes.length > 0) index.dropOldest();
  index.write();
}
