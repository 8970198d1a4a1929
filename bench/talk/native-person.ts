import { VoiceClient, type ClientState } from '@switchboard/client';
import { createNodePlatform } from '@switchboard/client/node';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import type { AudioBackend, AudioPort } from '../../client/platform/node/audio-backend.ts';
import type { SampleClock } from './clicks.ts';

/** What a device's own buffer would hold over a late timer. */
const MAX_CATCH_UP_FRAMES = 3;

interface Saying {
  readonly sound: Float32Array;
  positionSamples: number;
  readonly said: TimedSound;
  readonly done: (said: TimedSound) => void;
}

/** A stretch of sound with the time of each of its frames. */
class TimedSound {
  readonly #frames: Float32Array[] = [];
  readonly #startsMs: number[] = [];

  /** @param startMs when the frame's first sample was. */
  add(frame: Float32Array, startMs: number): void {
    this.#frames.push(frame.slice());
    this.#startsMs.push(startMs);
  }

  get samples(): Float32Array {
    const whole = new Float32Array(this.#frames.length * FRAME_SAMPLES);
    for (const [i, frame] of this.#frames.entries()) whole.set(frame, i * FRAME_SAMPLES);
    return whole;
  }

  readonly clock: SampleClock = (position) => {
    const frame = Math.floor(position / FRAME_SAMPLES);
    const startMs = this.#startsMs[frame];
    if (startMs === undefined) throw new RangeError('That sample was never there');
    return startMs + ((position - frame * FRAME_SAMPLES) * 1000) / SAMPLE_RATE_HZ;
  };
}

/**
 * A sound device without buffers of its own, which knows when each sample was there. A frame from the microphone is handed
 * over once its last sample is: its first one is 20 ms old by the device's beat. A frame for the loudspeaker begins to
 * sound when it has been rendered.
 */
class TimedAudio implements AudioBackend {
  readonly #captured = new Float32Array(FRAME_SAMPLES);
  readonly #rendered = new Float32Array(FRAME_SAMPLES);
  #port: AudioPort | undefined;
  #dueMs: number;
  #timer: NodeJS.Timeout | undefined;
  #open = false;
  #saying: Saying | undefined;
  #hearing: TimedSound | undefined;

  /** @param phaseMs where in every 20 ms of the process's clock its beat is. */
  constructor(phaseMs: number) {
    this.#dueMs = phaseMs;
  }

  start(port: AudioPort): Promise<void> {
    this.#port = port;
    this.#run();
    return Promise.resolve();
  }

  openMicrophone(): Promise<void> {
    this.#open = true;
    return Promise.resolve();
  }

  closeMicrophone(): void {
    this.#open = false;
  }

  useSpeaker(): Promise<void> {
    return Promise.resolve();
  }

  devices(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    this.#port = undefined;
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  /** Says this from the next frame on; resolves at its end, with the time of each sample. */
  say(sound: Float32Array): Promise<TimedSound> {
    const { promise, resolve } = Promise.withResolvers<TimedSound>();
    this.#saying = { sound, positionSamples: 0, said: new TimedSound(), done: resolve };
    return promise;
  }

  /** Ends what is being said. */
  fallSilent(): void {
    const saying = this.#saying;
    this.#saying = undefined;
    saying?.done(saying.said);
  }

  listen(): TimedSound {
    this.#hearing = new TimedSound();
    return this.#hearing;
  }

  #run(): void {
    const nowMs = performance.now();
    // A device goes on without us: after a stall frames are missing, and the beat is where it was.
    const missed = Math.floor((nowMs - this.#dueMs) / FRAME_MS);
    if (missed > MAX_CATCH_UP_FRAMES) this.#dueMs += missed * FRAME_MS;
    while (this.#port !== undefined && this.#dueMs <= nowMs) {
      this.#beat(this.#port);
      this.#dueMs += FRAME_MS;
    }
    if (this.#port !== undefined)
      this.#timer = setTimeout(() => this.#run(), Math.max(0, this.#dueMs - performance.now()));
  }

  #beat(port: AudioPort): void {
    if (this.#open) {
      this.#take(this.#captured);
      port.captured(this.#captured);
    }
    port.render(this.#rendered);
    this.#hearing?.add(this.#rendered, performance.now());
  }

  #take(out: Float32Array): void {
    out.fill(0);
    const saying = this.#saying;
    if (saying === undefined) return;
    const { sound, positionSamples, said, done } = saying;
    out.set(sound.subarray(positionSamples, positionSamples + FRAME_SAMPLES));
    said.add(out, this.#dueMs - FRAME_MS);
    saying.positionSamples += FRAME_SAMPLES;
    if (saying.positionSamples < sound.length) return;
    this.#saying = undefined;
    done(said);
  }
}

/** A native client in this process, over UDP and nothing else, in the Lobby. */
export class NativePerson implements AsyncDisposable {
  readonly #client: VoiceClient;
  readonly #audio: TimedAudio;

  private constructor(client: VoiceClient, audio: TimedAudio) {
    this.#client = client;
    this.#audio = audio;
  }

  /** Comes in and waits until voice has a lane. */
  static async join(server: string, nickname: string, phaseMs = 0): Promise<NativePerson> {
    const audio = new TimedAudio(phaseMs);
    const store = new Map<string, string>();
    const platform = createNodePlatform({ audio, store: keepIn(store), lanes: ['udp'] });
    const client = new VoiceClient({ server, platform });
    const person = new NativePerson(client, audio);
    await client.connect({ type: 'guest', nickname });
    const lobby = client.state.channels.find(({ name }) => name === 'Lobby');
    if (lobby === undefined) throw new Error('The server has no Lobby');
    await client.join(lobby.id);
    await person.#until(({ lane, microphone }) => lane.status === 'connected' && microphone.status === 'on');
    return person;
  }

  /** Resolves at its end, with the time of each sample at the microphone. */
  say(sound: Float32Array): Promise<TimedSound> {
    return this.#audio.say(sound);
  }

  fallSilent(): void {
    this.#audio.fallSilent();
  }

  /** What comes out of the loudspeaker from now on. */
  listen(): TimedSound {
    return this.#audio.listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  async #until(holds: (state: ClientState) => boolean): Promise<void> {
    if (holds(this.#client.state)) return;
    await new Promise<void>((resolve) => {
      const stop = this.#client.subscribe((state) => {
        if (!holds(state)) return;
        stop();
        resolve();
      });
    });
  }
}

function keepIn(values: Map<string, string>): Parameters<typeof createNodePlatform>[0]['store'] {
  return { get: (key) => values.get(key), set: (key, value) => void values.set(key, value) };
}
