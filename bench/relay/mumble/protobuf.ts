/** As much of Protocol Buffers' wire format as Mumble's control messages need: numbers and bytes. */

const NUMBER = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

type Field = readonly [id: number, value: number | string | Uint8Array];

export function encodeMessage(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.flatMap(([id, value]) => encodeField(id, value)));
}

function encodeField(id: number, value: number | string | Uint8Array): Uint8Array[] {
  if (typeof value === 'number') return [base128(id * 8 + NUMBER), base128(value)];
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return [base128(id * 8 + BYTES), base128(bytes.length), bytes];
}

function base128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** The last value of each field, by its id; those of fixed size are left out. @throws RangeError if it ends early or is none. */
export function decodeMessage(bytes: Uint8Array): ReadonlyMap<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const readBase128 = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('The message ends within a number');
      value += (byte & 0x7f) * scale;
      if (byte < 128) return value;
    }
  };
  const skip = (length: number): number => {
    const from = at;
    at += length;
    if (at > bytes.length) throw new RangeError('The message ends within a field');
    return from;
  };
  while (at < bytes.length) {
    const tag = readBase128();
    const id = Math.floor(tag / 8);
    switch (tag % 8) {
      case NUMBER:
        fields.set(id, readBase128());
        break;
      case BYTES: {
        const length = readBase128();
        const from = skip(length);
        fields.set(id, Uint8Array.from(bytes.subarray(from, from + length)));
        break;
      }
      case FIXED_32:
        skip(4);
        break;
      case FIXED_64:
        skip(8);
        break;
      default:
        throw new RangeError(`There is no wire type ${tag % 8}`);
    }
  }
  return fields;
}
