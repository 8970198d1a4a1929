/** What a recording proves: that a voice was heard in it, and how well; or that it was not. */

import { SAMPLE_RATE_HZ, meanSquare, powerToDbfs } from '../../client/audio/frame.ts';
import { resample } from '../../client/audio/resample.ts';
import { align, type AlignOptions, type AlignedSegment } from './align.ts';
import { fftLength, inverseFft, spectrumOf, type Spectrum } from './fft.ts';
import { intelligibility, type Intelligibility } from './stoi.ts';

interface HeardSegment extends Intelligibility {
  readonly startSamples: number;
  readonly lagSamples: number;
  readonly correlation: number;
}

export interface Heard extends Intelligibility {
  /** `stoi` and `estoi` are those of the best segment; these are over all that can be judged. */
  readonly meanStoi: number;
  readonly worstStoi: number;
  readonly lagSamples: number;
  readonly gain: number;
  readonly correlation: number;
  readonly driftPpm: number;
  readonly segments: readonly HeardSegment[];
}

/** A segment is judged if at least this share of its samples was spoken, not silence before or after. */
const SPOKEN_SHARE = 0.5;

function wasSpoken({ spoken }: AlignedSegment): boolean {
  let sounding = 0;
  for (const sample of spoken) if (sample !== 0) sounding++;
  return sounding >= SPOKEN_SHARE * spoken.length;
}

/**
 * How well `spoken` is heard in `recorded`. Both mono 48 kHz.
 *
 * @throws RangeError if the recording is silent or too short to judge: 2 s with speech in them.
 */
export function heard(spoken: Float32Array, recorded: Float32Array, options: AlignOptions = {}): Heard {
  const alignment = align(spoken, recorded, options);
  const segments = alignment.segments.filter(wasSpoken).map((segment) => ({
    startSamples: segment.startSamples,
    lagSamples: segment.lagSamples,
    correlation: segment.correlation,
    ...intelligibility(segment.spoken, segment.recorded),
  }));
  const [first, ...others] = segments;
  if (first === undefined) throw new RangeError('The recording holds no whole segment of what was spoken');
  const best = others.reduce((a, b) => (b.stoi > a.stoi ? b : a), first);
  return {
    stoi: best.stoi,
    estoi: best.estoi,
    meanStoi: segments.reduce((sum, { stoi }) => sum + stoi, 0) / segments.length,
    worstStoi: Math.min(...segments.map(({ stoi }) => stoi)),
    lagSamples: alignment.lagSamples,
    gain: alignment.gain,
    correlation: alignment.correlation,
    driftPpm: alignment.driftPpm,
    segments,
  };
}

/* Searching for a trace of a voice under other voices: whitened cross-correlation (GCC-PHAT; Knapp, Carter 1976). Every
   frequency counts alike, so the pitch that two voices share does not make them alike. Measured after Opus: unrelated
   voices up to 0.07; a voice alone 0.44 to 0.71, one of three 0.37 and more, 13 dB below two others 0.15. */

const TRACE_RATE_HZ = 8_000;
const VOICE_SAMPLES = 2 * TRACE_RATE_HZ;
/** Twice as long, by half: every stretch of the voice lies whole within one of them. */
const WINDOW_SAMPLES = 2 * VOICE_SAMPLES;
const LOWEST_HZ = 100;
const HIGHEST_HZ = 3_800;
const INAUDIBLE_DBFS = -80;
const TRACE_THRESHOLD = 0.1;

function whitened(samples: Float32Array, length: number): Spectrum {
  const { re, im } = spectrumOf(samples, length);
  const lowest = Math.ceil((LOWEST_HZ * length) / TRACE_RATE_HZ);
  const highest = Math.floor((HIGHEST_HZ * length) / TRACE_RATE_HZ);
  for (let k = 0; k < length; k++) {
    const frequency = Math.min(k, length - k);
    const magnitude = Math.hypot(re[k]!, im[k]!);
    const weight = frequency >= lowest && frequency <= highest && magnitude > 0 ? 1 / magnitude : 0;
    re[k] = re[k]! * weight;
    im[k] = im[k]! * weight;
  }
  return { re, im };
}

function peakCoherence(a: Spectrum, b: Spectrum): number {
  const length = a.re.length;
  const re = a.re.map((value, k) => value * b.re[k]! + a.im[k]! * b.im[k]!);
  const im = a.re.map((value, k) => a.im[k]! * b.re[k]! - value * b.im[k]!);
  inverseFft({ re, im });
  const bins = (2 * length * (HIGHEST_HZ - LOWEST_HZ)) / TRACE_RATE_HZ;
  return (re.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0) * length) / bins;
}

/** Stretches that begin `hop` after one another; what is shorter than one is one. */
function stretches(samples: Float32Array, length: number, hop: number): Float32Array[] {
  const count = Math.max(1, Math.ceil((samples.length - length) / hop) + 1);
  return Array.from({ length: count }, (_, i) => samples.subarray(i * hop, i * hop + length));
}

export interface Trace {
  /** The voice is not in the recording, down to about 13 dB below what else is. */
  readonly silent: boolean;
  /** Highest coherence of any 2 s of the voice with any place of the recording, 0..1. */
  readonly coherence: number;
  /** Level of the whole recording. */
  readonly levelDbfs: number;
}

/** Whether `recorded` is silent of `voice`, whatever else is in it. Both mono 48 kHz. */
export function silentOf(voice: Float32Array, recorded: Float32Array): Trace {
  const levelDbfs = powerToDbfs(meanSquare(recorded));
  const length = fftLength(WINDOW_SAMPLES + VOICE_SAMPLES);
  const spectra = (samples: Float32Array, stretchSamples: number): Spectrum[] =>
    stretches(resample(samples, SAMPLE_RATE_HZ, TRACE_RATE_HZ), stretchSamples, VOICE_SAMPLES).map((part) =>
      whitened(part, length),
    );
  const voices = spectra(voice, VOICE_SAMPLES);
  const windows = spectra(recorded, WINDOW_SAMPLES);
  const coherence = Math.max(...voices.flatMap((part) => windows.map((window) => peakCoherence(window, part))));
  return { silent: levelDbfs < INAUDIBLE_DBFS || coherence < TRACE_THRESHOLD, coherence, levelDbfs };
}
