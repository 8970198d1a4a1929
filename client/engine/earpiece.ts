import { FRAME_SAMPLES } from '@switchboard/protocol';
import { Mixer } from '../audio/mixer.ts';

/** What reaches the loudspeaker: the room, unless one is deaf to it, and oneself during an echo test. */
export class Earpiece {
  readonly #mixer = new Mixer();
  readonly #room = new Float32Array(FRAME_SAMPLES);
  /** What the latest frame of the room ended with: 1 for all, 0 for nothing. */
  #heard = 1;

  /** One tick. Fades over one frame where `deafened` has changed, so that it does not click. */
  mix(room: readonly Float32Array[], oneself: Float32Array | undefined, deafened: boolean): Float32Array {
    const from = this.#heard;
    this.#heard = deafened ? 0 : 1;
    const voices = from === 1 && !deafened ? room : [this.#faded(room, from, this.#heard)];
    return this.#mixer.mix(oneself === undefined ? voices : [...voices, oneself]);
  }

  #faded(room: readonly Float32Array[], from: number, to: number): Float32Array {
    const sum = this.#room.fill(0);
    if (from === 0 && to === 0) return sum;
    const step = (to - from) / FRAME_SAMPLES;
    for (const frame of room) {
      for (let i = 0; i < FRAME_SAMPLES; i++) sum[i] = (sum[i] ?? 0) + (frame[i] ?? 0) * (from + step * (i + 1));
    }
    return sum;
  }
}
