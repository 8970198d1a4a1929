/**
 * Test speech: three voices that can be told apart, mono 48 kHz. Human speech where Debian's alsa-utils brought its speaker
 * test voices; made speech by espeak-ng for the rest; else all three out of the committed sample.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { SAMPLE_RATE_HZ, dbfsToAmplitude, meanSquare } from '../../client/audio/frame.ts';
import { resample } from '../../client/audio/resample.ts';
import { readWav } from '../../client/audio/wav.ts';

export type VoiceName = 'anna' | 'bruno' | 'clara';

interface Voice {
  /** Recordings of one human, said one after the other. */
  readonly recordings: readonly string[];
  /** Arguments of espeak-ng, the text last. */
  readonly made: readonly string[];
  /** How fast the committed sample is played where nothing else is there: pitch and formants move with it. */
  readonly speed: number;
}

const RECORDINGS_FOLDER = '/usr/share/sounds/alsa';
const SPOKEN_PLACES = ['Front_Center', 'Rear_Left', 'Side_Right', 'Front_Right', 'Rear_Center', 'Side_Left'];

const VOICES: Readonly<Record<VoiceName, Voice>> = {
  anna: {
    recordings: SPOKEN_PLACES.map((place) => `${RECORDINGS_FOLDER}/${place}.wav`),
    made: [
      '-v',
      'en-us+f3',
      '-s',
      '160',
      'Please leave the blue folder on my desk. I will read it after lunch, before they call us back.',
    ],
    speed: 1,
  },
  bruno: {
    recordings: [],
    made: [
      '-v',
      'en-gb+m7',
      '-p',
      '25',
      '-s',
      '150',
      'Nobody knew why the old mill had closed. Its wheel still turned when the river rose in spring.',
    ],
    speed: 0.8,
  },
  clara: {
    recordings: [],
    made: [
      '-v',
      'en-us+f2',
      '-p',
      '70',
      '-s',
      '180',
      'We could walk along the cliff to the village, or take the train and be home by four. What would you like?',
    ],
    speed: 1.25,
  },
};

/** RMS of every voice: that of a person speaking normally into a headset. */
const LEVEL_DBFS = -24;

/** The committed sample, about 6 s: the same on every machine, for figures that must not move. */
export function committedSpeech(): Float32Array {
  return levelled(readWav(readFileSync(new URL('speech.wav', import.meta.url))));
}

/** About 6 to 9 s of a voice, at −24 dBFS. The same at each call on one machine. */
export function speech(name: VoiceName): Float32Array {
  const voice = VOICES[name];
  if (voice.recordings.length > 0 && voice.recordings.every((file) => existsSync(file))) {
    return levelled(concatenated(voice.recordings.map((file) => readWav(readFileSync(file)))));
  }
  return levelled(madeSpeech(voice.made) ?? derivedSpeech(voice.speed));
}

function madeSpeech(args: readonly string[]): Float32Array | undefined {
  try {
    return readWav(execFileSync('espeak-ng', ['--stdout', ...args], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function derivedSpeech(speed: number): Float32Array {
  return resample(committedSpeech(), Math.round(SAMPLE_RATE_HZ * speed), SAMPLE_RATE_HZ);
}

export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Scaled to an RMS level. */
export function levelled(samples: Float32Array, dbfs: number = LEVEL_DBFS): Float32Array {
  const gain = dbfsToAmplitude(dbfs) / Math.sqrt(meanSquare(samples));
  return samples.map((sample) => sample * gain);
}
