import { DEFAULT_VOICE_ACTIVATION } from '../audio/gate.ts';
import type { Activation } from '../engine/engine-messages.ts';
import type { KeyValueStore } from '../platform/platform.ts';

/** The share of a member's level: 0 to 2, 1 as sent. */
export type Volumes = Readonly<Record<string, number>>;

const MICROPHONE = 'switchboard.microphone';
const SPEAKER = 'switchboard.speaker';
const ACTIVATION = 'switchboard.activation';
const MAX_GAIN = 2;

const BY_VOICE: Activation = {
  mode: 'voice',
  activationDbfs: DEFAULT_VOICE_ACTIVATION.activationDbfs,
  releaseDbfs: DEFAULT_VOICE_ACTIVATION.releaseDbfs,
};

/** What is remembered between visits. A value that makes no sense, perhaps of another version, counts as absent. */
export class Settings {
  readonly #store: KeyValueStore;
  readonly #volumesKey: string;
  #volumes: Volumes;
  #microphoneId: string | null;
  #speakerId: string | null;
  #activation: Activation;

  constructor(store: KeyValueStore, server: URL) {
    this.#store = store;
    // User ids mean something on their own server only.
    this.#volumesKey = `switchboard.volumes:${server.origin}`;
    this.#volumes = readVolumes(parse(store.get(this.#volumesKey)));
    this.#microphoneId = readDevice(store.get(MICROPHONE));
    this.#speakerId = readDevice(store.get(SPEAKER));
    this.#activation = readActivation(parse(store.get(ACTIVATION))) ?? BY_VOICE;
  }

  get volumes(): Volumes {
    return this.#volumes;
  }

  /** Between 0 and 2; what is beyond is taken as the nearest. */
  setVolume(userId: string, gain: number): number {
    const volume = Number.isNaN(gain) ? 1 : Math.min(MAX_GAIN, Math.max(0, gain));
    const others = Object.entries(this.#volumes).filter(([id]) => id !== userId);
    this.#volumes = Object.fromEntries(volume === 1 ? others : [...others, [userId, volume]]);
    this.#store.set(this.#volumesKey, JSON.stringify(this.#volumes));
    return volume;
  }

  /** Null for the system's default. */
  get microphoneId(): string | null {
    return this.#microphoneId;
  }

  set microphoneId(deviceId: string | null) {
    this.#microphoneId = deviceId;
    this.#store.set(MICROPHONE, deviceId ?? '');
  }

  get speakerId(): string | null {
    return this.#speakerId;
  }

  set speakerId(deviceId: string | null) {
    this.#speakerId = deviceId;
    this.#store.set(SPEAKER, deviceId ?? '');
  }

  get activation(): Activation {
    return this.#activation;
  }

  set activation(activation: Activation) {
    this.#activation = activation;
    this.#store.set(ACTIVATION, JSON.stringify(activation));
  }
}

/** A store cannot forget, so the system's default is kept as an empty text. */
function readDevice(kept: string | undefined): string | null {
  return kept === undefined || kept === '' ? null : kept;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGain(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_GAIN;
}

function readVolumes(json: unknown): Volumes {
  if (!isRecord(json)) return {};
  return Object.fromEntries(Object.entries(json).filter((entry): entry is [string, number] => isGain(entry[1])));
}

function readActivation(json: unknown): Activation | undefined {
  if (!isRecord(json)) return undefined;
  if (json.mode === 'push-to-talk') return { mode: 'push-to-talk' };
  const { mode, activationDbfs, releaseDbfs } = json;
  if (mode !== 'voice' || typeof activationDbfs !== 'number' || typeof releaseDbfs !== 'number') return undefined;
  return { mode, activationDbfs, releaseDbfs };
}
