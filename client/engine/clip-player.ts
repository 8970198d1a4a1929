import { MAX_PLUGIN_CLIP_SAMPLES } from '@switchboard/protocol';
import { ClipReader } from '../audio/clip-reader.ts';
import { dbfsToAmplitude } from '../audio/frame.ts';
import type { VoiceUplink } from '../audio/uplink.ts';

/** To who plays it, it is not to be louder than what it is played into. */
const OWN_GAIN = dbfsToAmplitude(-6);

type Uplink = Pick<VoiceUplink, 'playClip' | 'playsClip' | 'pushSilence' | 'stopClip'>;

/** Plays a clip to the others, through the uplink, and to oneself: each at the pace of its own device. */
export class ClipPlayer {
  readonly #own = new ClipReader();
  #uplink: Uplink | undefined;

  attach(uplink: Uplink): void {
    this.#uplink = uplink;
  }

  play(samples: Int16Array): void {
    const clip = samples.slice(0, MAX_PLUGIN_CLIP_SAMPLES);
    this.#own.play(clip);
    this.#uplink?.playClip(clip);
  }

  stop(): void {
    this.#own.stop();
    this.#uplink?.stopClip();
  }

  /** Sends 20 ms of it that no frame of a microphone takes along. @returns false if none plays. */
  pushAlone(): boolean {
    if (this.#uplink?.playsClip !== true) return false;
    this.#uplink.pushSilence();
    return true;
  }

  /** The next 20 ms for one's own loudspeaker; undefined for silence. */
  next(): Float32Array | undefined {
    return this.#own.next()?.map((sample) => sample * OWN_GAIN);
  }
}
