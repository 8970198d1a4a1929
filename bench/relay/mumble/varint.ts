/** Numbers as Mumble's voice packets carry them: the length stands in the leading bits of the first byte. */

interface VarintForm {
  /** Above this the next form is needed. */
  readonly max: number;
  readonly bytes: number;
  /** The first byte's leading bits. */
  readonly mark: number;
  /** Which bits of the first byte the mark is in. */
  readonly mask: number;
}

/** All of a u32; Mumble has more, for negative numbers and those of 64 bits. */
const FORMS: readonly VarintForm[] = [
  { max: 0x7f, bytes: 1, mark: 0x00, mask: 0x80 },
  { max: 0x3fff, bytes: 2, mark: 0x80, mask: 0xc0 },
  { max: 0x1fffff, bytes: 3, mark: 0xc0, mask: 0xe0 },
  { max: 0xfffffff, bytes: 4, mark: 0xe0, mask: 0xf0 },
  { max: 0xffffffff, bytes: 5, mark: 0xf0, mask: 0xfc },
];

/** Writes a u32 and returns the offset behind it. @throws RangeError if it is none. */
export function writeVarint(out: Uint8Array, offset: number, value: number): number {
  const form = FORMS.find(({ max }) => value <= max);
  if (form === undefined || value < 0 || !Number.isInteger(value)) throw new RangeError(`${value} is no u32`);
  let rest = value;
  for (let at = form.bytes - 1; at >= 0; at--) {
    out[offset + at] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  out[offset] = (out[offset] ?? 0) | form.mark;
  return offset + form.bytes;
}

/** Reads a u32, with the offset behind it. @throws RangeError if it ends early or is none. */
export function readVarint(bytes: Uint8Array, offset: number): readonly [value: number, end: number] {
  const first = bytes[offset] ?? 0;
  const form = FORMS.find(({ mark, mask }) => (first & mask) === mark);
  if (form === undefined || offset + form.bytes > bytes.length) throw new RangeError('no varint of 32 bits');
  let value = first & ~form.mask;
  for (let at = 1; at < form.bytes; at++) value = value * 256 + (bytes[offset + at] ?? 0);
  return [value, offset + form.bytes];
}
