import { FRAME_SAMPLES, type AudioHook } from '@switchboard/protocol';
import type { FramePlugin, FrameRequest } from './frame-plugin.ts';

/** A frame on its way through plugins, in their order. */
export class FramePass {
  readonly plugins: readonly FramePlugin[];
  /** As it came in: not changed. */
  readonly original: Float32Array;
  /** What the plugins have made of it so far. */
  samples: Float32Array;
  /** How many plugins it has behind it. */
  stage = 0;
  /** Which of them changed it, as one number; 0 for none. */
  way = 0;
  request: FrameRequest | undefined;

  constructor(plugins: readonly FramePlugin[], original: Float32Array) {
    this.plugins = plugins;
    this.original = original;
    this.samples = original;
  }

  get done(): boolean {
    return this.stage === this.plugins.length;
  }

  get waits(): boolean {
    return this.request !== undefined;
  }

  /** It passes the rest of them by. */
  skip(): void {
    this.request?.abandon();
    this.request = undefined;
    this.stage = this.plugins.length;
  }

  /** The plugin that it waited for is behind it. @param samples undefined leaves it as it was. */
  next(samples: Float32Array | undefined): void {
    const plugin = this.plugins[this.stage];
    this.request = undefined;
    this.stage++;
    if (samples === undefined || plugin === undefined) return;
    if (this.samples === this.original) this.samples = new Float32Array(FRAME_SAMPLES);
    this.samples.set(samples);
    // Ids are never used twice: another plugin, or the same one started again, is another way.
    this.way = (Math.imul(this.way, 31) + plugin.sandboxId + 1) | 0;
  }
}

/** Where frames come from, one after the other: a plugin has no more than one of them at a time. */
export class FrameSource {
  readonly #hook: AudioHook;
  readonly #speaker: number;
  readonly #inRow: (plugin: FramePlugin) => boolean;
  readonly #latest = new WeakMap<FramePlugin, FrameRequest>();

  /** @param inRow whether a miss of this plugin counts as one more in the row. */
  constructor(hook: AudioHook, speaker: number, inRow: (plugin: FramePlugin) => boolean) {
    this.#hook = hook;
    this.#speaker = speaker;
    this.#inRow = inRow;
  }

  /**
   * Gives the frame to its next plugin, or past it where it cannot take it.
   *
   * @param settled the plugin has done with it.
   * @returns whether the frame waits for it now.
   */
  step(pass: FramePass, settled: () => void): boolean {
    const plugin = pass.plugins[pass.stage];
    if (plugin === undefined || !this.#canAsk(plugin)) {
      pass.next(undefined);
      return false;
    }
    const request = plugin.ask(this.#hook, this.#speaker, pass.samples, (samples) => {
      pass.next(samples);
      settled();
    });
    this.#latest.set(plugin, request);
    // A plugin may answer at once.
    if (request.open) pass.request = request;
    return request.open;
  }

  /** The plugin that this frame waits for is too late. */
  late(pass: FramePass): void {
    const plugin = pass.plugins[pass.stage];
    pass.request?.abandon();
    pass.next(undefined);
    plugin?.missed(this.#hook, this.#inRow(plugin));
  }

  #canAsk(plugin: FramePlugin): boolean {
    if (!plugin.usable) return false;
    if (this.#latest.get(plugin)?.open !== true) return true;
    plugin.skipped(this.#hook, this.#inRow(plugin));
    return false;
  }
}
