/**
 * WAV files (RIFF/WAVE, Microsoft multimedia specification), as bytes in and out. Reads what people have: PCM of 8 to 32
 * bits and 32-bit float, any number of channels, any usual rate. Writes mono 48 kHz.
 */

import { SwitchboardError } from '@switchboard/protocol';
import { SAMPLE_RATE_HZ } from './frame.ts';
import { resample } from './resample.ts';

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
/** The real format is the first two bytes of the sub-format GUID. */
const FORMAT_EXTENSIBLE = 0xfffe;

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_CHUNK_BYTES = 16;
const EXTENSIBLE_CHUNK_BYTES = 40;
const SUB_FORMAT_OFFSET = 24;
const HEADER_BYTES = RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES + FORMAT_CHUNK_BYTES + CHUNK_HEADER_BYTES;

/** The length of a recording that was still going on when its header was written… */
const LENGTH_UNKNOWN = 0xffffffff;
/** … for which programs that write into a pipe (sox, espeak-ng) put one just below 2 GiB. */
const LENGTH_UNKNOWN_FROM = 0x7ffff000;

const MIN_RATE_HZ = 4_000;
const MAX_RATE_HZ = 384_000;

/** How a mono 48 kHz file holds its samples. */
export type WavEncoding = 'int16' | 'float32';

interface Format {
  readonly encoding: number;
  readonly channels: number;
  readonly rateHz: number;
  readonly bitsPerSample: number;
}

type SampleReader = (view: DataView, offset: number) => number;

const READERS: Readonly<Record<string, SampleReader>> = {
  [`${FORMAT_PCM}/8`]: (view, offset) => (view.getUint8(offset) - 128) / 128,
  [`${FORMAT_PCM}/16`]: (view, offset) => view.getInt16(offset, true) / 2 ** 15,
  [`${FORMAT_PCM}/24`]: (view, offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 2 ** 16) / 2 ** 23,
  [`${FORMAT_PCM}/32`]: (view, offset) => view.getInt32(offset, true) / 2 ** 31,
  [`${FORMAT_FLOAT}/32`]: (view, offset) => {
    const sample = view.getFloat32(offset, true);
    return Number.isFinite(sample) ? sample : 0;
  },
};

function unreadable(why: string): SwitchboardError {
  return new SwitchboardError('client.file_unreadable', `The WAV file could not be read: ${why}.`);
}

function unsupported(why: string): SwitchboardError {
  return new SwitchboardError('client.file_unsupported', `The WAV file cannot be played: ${why}.`);
}

function tagAt(view: DataView, offset: number): string {
  return String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(offset + i)));
}

/** The bodies of the first `fmt ` and `data` chunks. */
function findChunks(file: DataView): { format: DataView; data: DataView } {
  let format: DataView | undefined;
  let offset = RIFF_HEADER_BYTES;
  while (offset + CHUNK_HEADER_BYTES <= file.byteLength) {
    const tag = tagAt(file, offset);
    const declared = file.getUint32(offset + 4, true);
    const start = offset + CHUNK_HEADER_BYTES;
    const left = file.byteLength - start;
    const length = tag === 'data' && declared >= LENGTH_UNKNOWN_FROM ? Math.min(declared, left) : declared;
    if (length > left) throw unreadable(`it ends ${length - left} bytes too early`);
    const body = new DataView(file.buffer, file.byteOffset + start, length);
    if (tag === 'data') {
      if (format === undefined) throw unreadable('its format is missing');
      return { format, data: body };
    }
    if (tag === 'fmt ') format ??= body;
    // Chunks begin at even offsets.
    offset = start + length + (length % 2);
  }
  throw unreadable('it holds no sound');
}

function parseFormat(chunk: DataView): Format {
  if (chunk.byteLength < FORMAT_CHUNK_BYTES) throw unreadable('its format is cut short');
  const tag = chunk.getUint16(0, true);
  const extensible = tag === FORMAT_EXTENSIBLE && chunk.byteLength >= EXTENSIBLE_CHUNK_BYTES;
  const format: Format = {
    encoding: extensible ? chunk.getUint16(SUB_FORMAT_OFFSET, true) : tag,
    channels: chunk.getUint16(2, true),
    rateHz: chunk.getUint32(4, true),
    bitsPerSample: chunk.getUint16(14, true),
  };
  if (format.channels === 0) throw unreadable('it has no channels');
  if (format.rateHz < MIN_RATE_HZ || format.rateHz > MAX_RATE_HZ) {
    throw unsupported(`its sample rate is ${format.rateHz} Hz`);
  }
  return format;
}

/**
 * @param bytes the whole file.
 * @returns mono at 48 kHz, nominally within ±1: channels averaged, other rates resampled.
 * @throws SwitchboardError `client.file_unreadable` for what is no WAV or cut short, `client.file_unsupported` for a WAV of
 * a kind not read here.
 */
export function readWav(bytes: Uint8Array): Float32Array {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.byteLength < RIFF_HEADER_BYTES || tagAt(file, 0) !== 'RIFF' || tagAt(file, 8) !== 'WAVE') {
    throw unreadable('it is no WAV file');
  }
  const chunks = findChunks(file);
  const format = parseFormat(chunks.format);
  const read = READERS[`${format.encoding}/${format.bitsPerSample}`];
  if (read === undefined) throw unsupported(`format ${format.encoding} with ${format.bitsPerSample} bits`);
  return resample(readMono(chunks.data, format, read), format.rateHz, SAMPLE_RATE_HZ);
}

function readMono(data: DataView, format: Format, read: SampleReader): Float32Array {
  const sampleBytes = format.bitsPerSample / 8;
  const mono = new Float32Array(Math.floor(data.byteLength / (sampleBytes * format.channels)));
  let offset = 0;
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++, offset += sampleBytes) sum += read(data, offset);
    mono[i] = sum / format.channels;
  }
  return mono;
}

/**
 * The 44 bytes before the samples. A recorder writes them first without a length and again, with it, when it is done;
 * `readWav` also reads a file whose recorder never got there.
 */
export function wavHeader(encoding: WavEncoding, sampleCount?: number): Uint8Array {
  const sampleBytes = encoding === 'int16' ? 2 : 4;
  const dataBytes = sampleCount === undefined ? LENGTH_UNKNOWN : sampleCount * sampleBytes;
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const putTag = (offset: number, tag: string): void => {
    for (let i = 0; i < tag.length; i++) header.setUint8(offset + i, tag.charCodeAt(i));
  };
  putTag(0, 'RIFF');
  header.setUint32(4, Math.min(LENGTH_UNKNOWN, dataBytes + HEADER_BYTES - CHUNK_HEADER_BYTES), true);
  putTag(8, 'WAVE');
  putTag(12, 'fmt ');
  header.setUint32(16, FORMAT_CHUNK_BYTES, true);
  header.setUint16(20, encoding === 'int16' ? FORMAT_PCM : FORMAT_FLOAT, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, SAMPLE_RATE_HZ, true);
  header.setUint32(28, SAMPLE_RATE_HZ * sampleBytes, true);
  header.setUint16(32, sampleBytes, true);
  header.setUint16(34, sampleBytes * 8, true);
  putTag(36, 'data');
  header.setUint32(40, dataBytes, true);
  return new Uint8Array(header.buffer);
}

/** Samples as they follow the header, clamped to ±1 where they become integers. */
export function wavSamples(encoding: WavEncoding, samples: Float32Array): Uint8Array {
  const sampleBytes = encoding === 'int16' ? 2 : 4;
  const body = new DataView(new ArrayBuffer(samples.length * sampleBytes));
  for (const [i, sample] of samples.entries()) {
    if (encoding === 'float32') body.setFloat32(i * sampleBytes, sample, true);
    else body.setInt16(i * sampleBytes, Math.max(-0x8000, Math.min(0x7fff, Math.round(sample * 0x8000))), true);
  }
  return new Uint8Array(body.buffer);
}

/** A whole file at once. */
export function writeWav(samples: Float32Array, encoding: WavEncoding = 'int16'): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + samples.length * (encoding === 'int16' ? 2 : 4));
  file.set(wavHeader(encoding, samples.length));
  file.set(wavSamples(encoding, samples), HEADER_BYTES);
  return file;
}
