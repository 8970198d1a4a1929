/** The extension's engine process, but with devices that cost nothing: a beat of 20 ms, at which its microphone hums. */

import type { AudioBackend, AudioPort } from '../../client/platform/node/audio-backend.ts';
import { serveEngine } from '../../extension/engine/serve-engine.ts';
import { FRAME_MS, FRAME_SAMPLES } from '../../client/audio/frame.ts';
import { breath } from '../talk/clicks.ts';

/** Somebody who speaks without a pause. */
const SPEECH = breath(2, -20);

class BeatingAudio implements AudioBackend {
  readonly #captured = new Float32Array(FRAME_SAMPLES);
  readonly #rendered = new Float32Array(FRAME_SAMPLES);
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #position = 0;
  #open = false;

  start(port: AudioPort): Promise<void> {
    this.#dueMs = performance.now();
    const beat = (): void => {
      for (; this.#dueMs <= performance.now(); this.#dueMs += FRAME_MS) this.#beat(port);
      this.#timer = setTimeout(beat, this.#dueMs - performance.now());
    };
    beat();
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
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  #beat(port: AudioPort): void {
    if (this.#open) {
      this.#captured.set(SPEECH.subarray(this.#position, this.#position + FRAME_SAMPLES));
      this.#position = (this.#position + FRAME_SAMPLES) % SPEECH.length;
      port.captured(this.#captured);
    }
    port.render(this.#rendered);
  }
}

serveEngine(() => Promise.resolve(new BeatingAudio()));
