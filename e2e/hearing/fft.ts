/** The fast Fourier transform (radix 2, in place), for measuring: double precision, any power of two. */

export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The smallest power of two that is not below `length`. */
export function fftLength(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, length)));
}

function reverseBits({ re, im }: Spectrum): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] ?? 0, re[i] ?? 0];
      [im[i], im[j]] = [im[j] ?? 0, im[i] ?? 0];
    }
  }
}

const tables = new Map<number, Spectrum>();

/** exp(2πik/n) for the first half of the circle. */
function twiddles(n: number): Spectrum {
  let table = tables.get(n);
  if (table === undefined) {
    table = {
      re: Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n)),
      im: Float64Array.from({ length: n / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / n)),
    };
    tables.set(n, table);
  }
  return table;
}

function transform(spectrum: Spectrum, sign: 1 | -1): void {
  const { re, im } = spectrum;
  const n = re.length;
  if (im.length !== n || fftLength(n) !== n) throw new RangeError('An FFT needs a power of two');
  reverseBits(spectrum);
  const { re: cos, im: sin } = twiddles(n);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride] ?? 0;
        const s = sign * (sin[k * stride] ?? 0);
        const a = start + k;
        const b = a + half;
        const reB = re[b] ?? 0;
        const imB = im[b] ?? 0;
        const x = reB * c - imB * s;
        const y = reB * s + imB * c;
        re[b] = (re[a] ?? 0) - x;
        im[b] = (im[a] ?? 0) - y;
        re[a] = (re[a] ?? 0) + x;
        im[a] = (im[a] ?? 0) + y;
      }
    }
  }
}

/** Forward transform in place. @throws RangeError if the length is no power of two. */
export function fft(spectrum: Spectrum): void {
  transform(spectrum, -1);
}

/** Inverse transform in place, scaled by 1/n. @throws RangeError if the length is no power of two. */
export function inverseFft(spectrum: Spectrum): void {
  transform(spectrum, 1);
  const n = spectrum.re.length;
  for (let i = 0; i < n; i++) {
    spectrum.re[i] = (spectrum.re[i] ?? 0) / n;
    spectrum.im[i] = (spectrum.im[i] ?? 0) / n;
  }
}

/** Zero-padded spectrum of real samples. */
export function spectrumOf(samples: ArrayLike<number>, length: number): Spectrum {
  const spectrum = { re: new Float64Array(length), im: new Float64Array(length) };
  spectrum.re.set(samples);
  fft(spectrum);
  return spectrum;
}
