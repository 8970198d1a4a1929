import type { PlayoutFilter } from '../audio/speaker-playout.ts';
import { Seam } from '../audio/seam.ts';
import type { FramePlugin } from './frame-plugin.ts';
import { FramePass, FrameSource } from './frame-source.ts';

/** Which plugins those go through who are heard. */
export class ReceivedChain {
  #plugins: readonly FramePlugin[] = [];
  /** Those that have missed a frame since the last render: however many speak, it is one more in the row. */
  readonly #late = new Set<FramePlugin>();
  readonly #inRow = (plugin: FramePlugin): boolean => {
    if (this.#late.has(plugin)) return false;
    this.#late.add(plugin);
    return true;
  };

  get plugins(): readonly FramePlugin[] {
    return this.#plugins;
  }

  /** From the next frame of each on. */
  use(plugins: readonly FramePlugin[]): void {
    this.#plugins = plugins;
  }

  /** The loudspeaker asks for the next 20 ms. */
  tick(): void {
    this.#late.clear();
  }

  /** @param speaker from 1, the same as long as that one is in the room. */
  stream(speaker: number): ReceivedStream {
    return new ReceivedStream(this, new FrameSource('on_audio_frame_received', speaker, this.#inRow));
  }
}

/** One who is heard, on the way through plugins: a frame is begun when the one before is played, and has until then. */
export class ReceivedStream implements PlayoutFilter {
  readonly #chain: ReceivedChain;
  readonly #source: FrameSource;
  readonly #seam = new Seam();
  #pass: FramePass | undefined;

  constructor(chain: ReceivedChain, source: FrameSource) {
    this.#chain = chain;
    this.#source = source;
  }

  get on(): boolean {
    return this.#chain.plugins.length > 0;
  }

  begin(samples: Float32Array): void {
    this.#pass?.skip();
    const pass = new FramePass(this.#chain.plugins, samples);
    this.#pass = pass;
    this.#advance(pass);
  }

  take(): Float32Array | undefined {
    const pass = this.#pass;
    this.#pass = undefined;
    if (pass === undefined) return undefined;
    if (pass.waits) this.#source.late(pass);
    pass.skip();
    this.#seam.join(pass.samples, pass.original, pass.way);
    return pass.samples;
  }

  rest(): void {
    this.#pass?.skip();
    this.#pass = undefined;
    this.#seam.reset();
  }

  #advance(pass: FramePass): void {
    while (!pass.waits && !pass.done) this.#source.step(pass, () => this.#advance(pass));
  }
}
