const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The header, the first chunk (PNG, third edition, 11.2.1): its length, its type, then width and height. */
const HEADER = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
const WIDTH_OFFSET = 16;
const HEIGHT_OFFSET = 20;
const SIZES_END = 24;

export const MAX_ICON_PIXELS = 256;

/** Whether these are the bytes of a PNG of a size to show as an icon. What draws it does so as an image, and finds what else is wrong with it. */
export function isIcon(bytes: Uint8Array): boolean {
  if (bytes.length < SIZES_END) return false;
  if (![...SIGNATURE, ...HEADER].every((byte, index) => bytes[index] === byte)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint32(WIDTH_OFFSET), view.getUint32(HEIGHT_OFFSET)].every(
    (pixels) => pixels >= 1 && pixels <= MAX_ICON_PIXELS,
  );
}
