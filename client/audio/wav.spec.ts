import { SwitchboardError } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise, tone } from './testing/sounds.ts';
import { readWav, wavHeader, wavSamples, writeWav } from './wav.ts';

interface FormatOptions {
  readonly tag?: number;
  readonly channels?: number;
  readonly rateHz?: number;
  readonly bits?: number;
  /** Bytes of the `fmt ` chunk after the first 16. */
  readonly extension?: readonly number[];
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const chunk = (tag: string, body: readonly number[]): number[] => [
  ...ascii(tag),
  ...u32(body.length),
  ...body,
  ...(body.length % 2 === 1 ? [0] : []),
];

function format({ tag = 1, channels = 1, rateHz = 48_000, bits = 16, extension = [] }: FormatOptions = {}): number[] {
  const block = (channels * bits) / 8;
  return chunk('fmt ', [
    ...u16(tag),
    ...u16(channels),
    ...u32(rateHz),
    ...u32(rateHz * block),
    ...u16(block),
    ...u16(bits),
    ...extension,
  ]);
}

function riff(...chunks: (readonly number[])[]): Uint8Array {
  const body = chunks.flat();
  return Uint8Array.from([...ascii('RIFF'), ...u32(body.length + 4), ...ascii('WAVE'), ...body]);
}

const floats = (...values: number[]): number[] => [...new Uint8Array(Float32Array.from(values).buffer)];

function codeOf(bytes: Uint8Array): string {
  try {
    readWav(bytes);
    return 'read';
  } catch (error) {
    if (SwitchboardError.is(error)) return error.code;
    throw error;
  }
}

describe('readWav', () => {
  it.each<[string, FormatOptions, number[], number[]]>([
    ['8-bit', { bits: 8 }, [0, 128, 192], [-1, 0, 0.5]],
    ['16-bit', { bits: 16 }, [0x00, 0x80, 0x00, 0x40, 0xff, 0xff], [-1, 0.5, -1 / 32768]],
    ['24-bit', { bits: 24 }, [0x00, 0x00, 0x80, 0x00, 0x00, 0x40, 0xff, 0xff, 0xff], [-1, 0.5, -1 / 2 ** 23]],
    ['32-bit', { bits: 32 }, [0, 0, 0, 0x80, 0, 0, 0, 0x40], [-1, 0.5]],
    ['float', { tag: 3, bits: 32 }, floats(-1, 0.25, NaN, Infinity), [-1, 0.25, 0, 0]],
    ['stereo, averaged', { channels: 2 }, [0x00, 0x40, 0x00, 0x20, 0x00, 0x80, 0x00, 0x00], [0.375, -0.5]],
  ])('reads %s', (_, options, data, expected) => {
    expect([...readWav(riff(format(options), chunk('data', data)))]).toEqual(expected);
  });

  it('reads the extensible format', () => {
    const extension = [...u16(22), ...u16(16), ...u32(4), ...u16(1), ...Array.from({ length: 14 }, () => 0)];
    expect([...readWav(riff(format({ tag: 0xfffe, extension }), chunk('data', [0x00, 0x40])))]).toEqual([0.5]);
  });

  it('passes over chunks it does not need, of odd length too', () => {
    const file = riff(
      chunk('LIST', [1, 2, 3]),
      format(),
      chunk('fact', [0]),
      chunk('data', [0x00, 0x40]),
      chunk('id3 ', [9]),
    );
    expect([...readWav(file)]).toEqual([0.5]);
  });

  it('leaves out a last sample that is not whole', () => {
    expect(readWav(riff(format(), chunk('data', [0x00, 0x40, 0x01])))).toHaveLength(1);
  });

  it('resamples to 48 kHz', () => {
    const bytes = [...new Uint8Array(Int16Array.from(tone(1_000, 0.5, 22_050, 22_050), (s) => s * 32_768).buffer)];
    const samples = readWav(riff(format({ rateHz: 22_050 }), chunk('data', bytes)));
    const expected = tone(1_000, 0.5, 48_000);
    expect(samples).toHaveLength(48_000);
    const middle = samples.subarray(1_000, -1_000);
    expect(middle.every((sample, i) => Math.abs(sample - expected[i + 1_000]!) < 1e-4)).toBe(true);
  });

  it('reads out of the middle of a larger buffer', () => {
    const file = riff(format(), chunk('data', [0x00, 0x40]));
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 3);
    expect([...readWav(larger.subarray(3, 3 + file.length))]).toEqual([0.5]);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['text', Uint8Array.from(ascii('not a wav file at all, just text'))],
    ['a file of another RIFF kind', Uint8Array.from([...ascii('RIFF'), ...u32(4), ...ascii('AVI ')])],
    ['a file without sound', riff(format())],
    ['sound without a format', riff(chunk('data', [0, 0]))],
    ['a format cut short', riff(chunk('fmt ', [1, 0, 1, 0]), chunk('data', [0, 0]))],
    ['no channels', riff(format({ channels: 0 }), chunk('data', [0, 0]))],
    ['sound cut short', riff(format(), chunk('data', [0, 0, 0, 0])).subarray(0, -2)],
  ])('finds %s unreadable', (_, bytes) => {
    expect(codeOf(bytes)).toBe('client.file_unreadable');
  });

  it.each<[string, FormatOptions]>([
    ['compressed sound', { tag: 0x55 }],
    ['12 bits', { bits: 12 }],
    ['64-bit float', { tag: 3, bits: 64 }],
    ['a rate of 0', { rateHz: 0 }],
    ['a rate of a gigahertz', { rateHz: 1e9 }],
  ])('finds %s unsupported', (_, options) => {
    expect(codeOf(riff(format(options), chunk('data', [0, 0, 0, 0])))).toBe('client.file_unsupported');
  });

  it('never fails in another way, whatever the bytes', () => {
    const file = riff(
      format(),
      chunk(
        'data',
        Array.from({ length: 64 }, (_, i) => i),
      ),
    );
    const damaged = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
      const copy = file.slice();
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    });
    const cut = fc.nat(file.length).map((length) => file.subarray(0, length));
    const headed = fc.uint8Array().map((tail) => Uint8Array.from([...ascii('RIFF____WAVE'), ...tail]));
    fc.assert(
      fc.property(fc.oneof(damaged, cut, headed, fc.uint8Array()), (bytes) => {
        expect(['read', 'client.file_unreadable', 'client.file_unsupported']).toContain(codeOf(bytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe('writeWav', () => {
  it('writes 16-bit samples that read back to within half a step', () => {
    const samples = noise(1, 1, 1_000);
    const back = readWav(writeWav(samples));
    expect(back.every((sample, i) => Math.abs(sample - samples[i]!) <= 1.01 / 2 ** 16)).toBe(true);
    expect(readWav(writeWav(back))).toEqual(back);
  });

  it('writes float samples that read back exactly', () => {
    const samples = noise(2, 3, 1_000);
    expect(readWav(writeWav(samples, 'float32'))).toEqual(samples);
  });

  it('clamps what an integer cannot hold', () => {
    expect([...readWav(writeWav(Float32Array.of(2, -2)))]).toEqual([32_767 / 32_768, -1]);
  });

  it('lays out the header as every player expects it', () => {
    const view = new DataView(wavHeader('int16', 3).buffer);
    // prettier-ignore
    expect([...new Uint8Array(view.buffer)]).toEqual([
      ...ascii('RIFF'), ...u32(42), ...ascii('WAVE'),
      ...ascii('fmt '), ...u32(16),
      ...u16(1), // PCM
      ...u16(1), // mono
      ...u32(48_000), ...u32(96_000), ...u16(2), ...u16(16),
      ...ascii('data'), ...u32(6),
    ]);
  });

  it('makes a recording that was never finished readable', () => {
    const samples = noise(3, 0.5, 960);
    const file = Uint8Array.from([...wavHeader('float32'), ...wavSamples('float32', samples)]);
    expect(readWav(file)).toEqual(samples);
  });
});
