import { FRAME_MS, PLUGIN_FRAME_DEADLINE_MS } from '@switchboard/protocol';
import { Seam } from '../audio/seam.ts';
import type { CaptureFilter } from '../audio/uplink.ts';
import type { Clock } from '../platform/platform.ts';
import type { FramePlugin } from './frame-plugin.ts';
import { FramePass, FrameSource } from './frame-source.ts';

/** A timer that is this late was not late by itself: this thread was held up, and answers may lie unread. */
const HELD_UP_MS = 2;
/** In which they are read. */
const GRACE_MS = 1;
/**
 * Frames on their way at once: 200 ms, as many as a microphone brings in one go after a stall. Where there are more, the oldest
 * passes the rest of its plugins by: it loses an effect, never a sound.
 */
export const MAX_PASSING_FRAMES = 10;

/** Misses closer together are one in the row: of frames that come in one go, a single late answer holds up all. */
const ROW_MS = FRAME_MS / 2;

interface Frame {
  readonly samples: Float32Array;
}

interface Passing<F> {
  readonly frame: F;
  readonly pass: FramePass;
  readonly passed: (frame: F, samples: Float32Array) => void;
  cancelDeadline: (() => void) | undefined;
}

export interface PluginChainOptions {
  readonly clock: Clock;
  /** Runs what goes on after `push` has returned. */
  readonly later?: (work: () => void) => void;
}

/**
 * The microphone's way through plugins. Each has 5 ms for a frame, and one frame at a time; what it does not answer by then
 * passes as it was. Frames leave in the order in which they came, all of them. Without plugins they pass at once.
 */
export class PluginChain<F extends Frame> implements CaptureFilter<F> {
  readonly #clock: Clock;
  readonly #later: (work: () => void) => void;
  readonly #source = new FrameSource('on_audio_frame_captured', 0, (plugin) => this.#inRow(plugin));
  readonly #seam = new Seam();
  /** When a miss of each was counted last, by the clock. */
  readonly #countedMs = new WeakMap<FramePlugin, number>();
  readonly #queue: Passing<F>[] = [];
  readonly #advanced = (): void => this.#advance();
  #plugins: readonly FramePlugin[] = [];
  #advancing = false;

  constructor({ clock, later = (work) => work() }: PluginChainOptions) {
    this.#clock = clock;
    this.#later = later;
  }

  /** From the next frame on. */
  use(plugins: readonly FramePlugin[]): void {
    this.#plugins = plugins;
  }

  /** @param frame its samples are changed in place where a way with plugins begins or ends. */
  push(frame: F, passed: (frame: F, samples: Float32Array) => void): void {
    if (this.#plugins.length === 0 && this.#queue.length === 0) {
      this.#seam.join(frame.samples, frame.samples, 0);
      passed(frame, frame.samples);
      return;
    }
    const pass = new FramePass(this.#plugins, frame.samples);
    this.#queue.push({ frame, pass, passed, cancelDeadline: undefined });
    this.#advance();
    while (this.#queue.length > MAX_PASSING_FRAMES) this.#bypassOldest();
  }

  drop(): void {
    for (const { pass, cancelDeadline } of this.#queue.splice(0)) {
      cancelDeadline?.();
      pass.skip();
    }
    this.#seam.reset();
  }

  /** Oldest first, each as far as it gets. */
  #advance(): void {
    // A plugin that proves stuck lets go of its frames while others are moved: the loop finds them.
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#moveAll());
    this.#advancing = false;
    while (this.#queue[0]?.pass.done === true) this.#leave();
  }

  /** @returns whether any of them got on. */
  #moveAll(): boolean {
    let moved = false;
    let before: FramePass | undefined;
    for (const passing of this.#queue) {
      const { pass } = passing;
      while (!pass.waits && !pass.done && isFree(pass, before)) {
        moved = true;
        const waits = this.#source.step(pass, () => this.#settled(passing));
        if (waits) this.#watch(passing, PLUGIN_FRAME_DEADLINE_MS);
      }
      before = pass;
    }
    return moved;
  }

  #watch(passing: Passing<F>, delayMs: number): void {
    const dueMs = this.#clock.nowMs() + delayMs;
    passing.cancelDeadline = this.#clock.after(delayMs, () => {
      passing.cancelDeadline = undefined;
      const wasHeldUp = this.#clock.nowMs() - dueMs > HELD_UP_MS;
      if (wasHeldUp && delayMs > GRACE_MS) this.#watch(passing, GRACE_MS);
      else this.#missed(passing);
    });
  }

  #missed({ pass }: Passing<F>): void {
    this.#source.late(pass);
    this.#later(this.#advanced);
  }

  #settled(passing: Passing<F>): void {
    passing.cancelDeadline?.();
    passing.cancelDeadline = undefined;
    this.#later(this.#advanced);
  }

  #inRow(plugin: FramePlugin): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#countedMs.get(plugin) ?? -Infinity) < ROW_MS) return false;
    this.#countedMs.set(plugin, nowMs);
    return true;
  }

  #bypassOldest(): void {
    const oldest = this.#queue[0];
    if (oldest === undefined) return;
    oldest.cancelDeadline?.();
    if (oldest.pass.waits) this.#source.late(oldest.pass);
    oldest.pass.skip();
    this.#advance();
  }

  #leave(): void {
    const passing = this.#queue.shift();
    if (passing === undefined) return;
    const { frame, pass, passed } = passing;
    this.#seam.join(pass.samples, pass.original, pass.way);
    passed(frame, pass.samples);
  }
}

/** Whether the frame before is past the plugin that this one is to go to. */
function isFree(pass: FramePass, before: FramePass | undefined): boolean {
  return before === undefined || before.done || (before.plugins === pass.plugins && before.stage > pass.stage);
}
