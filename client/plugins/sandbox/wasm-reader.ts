/** What is wrong with a module; a sentence for its author. Thrown within the check alone. */
export class ModuleFault extends Error {}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** LEB128 of 32 bits. */
const MAX_LEB_BYTES = 5;
const MAX_NAME_BYTES = 1_000;

/** Reads a stretch of a Wasm binary, never beyond its end. */
export class WasmReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array<ArrayBuffer>, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** @throws ModuleFault */
  byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw new ModuleFault('The module is cut short.');
    this.#at++;
    return byte;
  }

  /**
   * An unsigned LEB128 of 32 bits.
   * @throws ModuleFault
   */
  u32(): number {
    let value = 0;
    for (let index = 0; index < MAX_LEB_BYTES; index++) {
      const byte = this.byte();
      // The fifth byte has four bits left.
      if (index === MAX_LEB_BYTES - 1 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw new ModuleFault('The module has a number that is longer than 32 bits.');
  }

  /** @throws ModuleFault */
  skip(length: number): void {
    if (length > this.#end - this.#at) throw new ModuleFault('The module is cut short.');
    this.#at += length;
  }

  /** @throws ModuleFault */
  name(): string {
    const length = this.u32();
    const from = this.#at;
    this.skip(length);
    if (length > MAX_NAME_BYTES) throw new ModuleFault('The module has a name that is too long.');
    try {
      return strict.decode(this.#bytes.subarray(from, from + length));
    } catch (cause) {
      throw new ModuleFault('The module has a name that is no text.', { cause });
    }
  }

  /**
   * How many things follow, each of `leastBytes` or more: a number that the bytes left cannot hold is a fault at once.
   * @throws ModuleFault
   */
  count(leastBytes: number): number {
    const count = this.u32();
    if (count * leastBytes > this.#end - this.#at) throw new ModuleFault('The module is cut short.');
    return count;
  }

  /** A reader of the next `length` bytes, which this one leaves behind. */
  within(length: number): WasmReader {
    const from = this.#at;
    this.skip(length);
    return new WasmReader(this.#bytes, from, this.#at);
  }
}

/** As an unsigned LEB128. */
export function leb(value: number): readonly number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left >= 0x80;
    bytes.push((left % 0x80) | (more ? 0x80 : 0));
    left = Math.floor(left / 0x80);
  } while (left > 0);
  return bytes;
}
