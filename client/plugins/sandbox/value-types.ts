const VALUE_TYPES: Readonly<Record<number, string>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
  0x70: 'funcref',
  0x6f: 'externref',
};

/** The name of a type of values; undefined for one that no plugin may use, such as those of the garbage collector. */
export function valueTypeOf(byte: number): string | undefined {
  return VALUE_TYPES[byte];
}
