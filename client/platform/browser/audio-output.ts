import { FRAME_SAMPLES, SAMPLE_RATE_HZ, SwitchboardError } from '@switchboard/protocol';
import type { Clock } from '../platform.ts';
import type { PlaybackFigures } from './playback-queue.ts';
import { PLAYBACK_LEAD } from './tuning.ts';
import {
  PLAYBACK_PROCESSOR,
  type FromPlaybackWorklet,
  type PlaybackOptions,
  type ToWorklet,
} from './worklet-messages.ts';

/** Only Chromium lets a context choose its loudspeaker. */
type SinkContext = AudioContext & { setSinkId?: (deviceId: string) => Promise<void> };

/** A context that may start does so faster. */
const BLOCKED_AFTER_MS = 1_000;
/** What browsers count as the user's doing. */
const GESTURES: readonly (keyof DocumentEventMap)[] = ['pointerup', 'touchend', 'keydown'];

/**
 * The loudspeaker: an AudioContext at 48 kHz (the browser converts to the device's rate) and the worklet that plays.
 *
 * Browsers hold sound back until the user has done something in the page; phones interrupt it for a call. Then it
 * starts again at the next gesture by itself, and `blocked` tells.
 */
export class AudioOutput {
  readonly context: AudioContext;
  readonly #clock: Clock;
  readonly #blocked: (blocked: boolean) => void;
  #player: AudioWorkletNode | undefined;
  #wanted = true;
  #isBlocked = false;
  #stopWaiting: (() => void) | undefined;
  #figures: PlaybackFigures = { underruns: 0, missingSamples: 0, leadSamples: PLAYBACK_LEAD.startSamples };

  /** @throws SwitchboardError `client.audio_failed`, `client.insecure_page` */
  constructor(clock: Clock, blocked: (blocked: boolean) => void) {
    if (!isSecureContext) throw new SwitchboardError('client.insecure_page');
    this.#clock = clock;
    this.#blocked = blocked;
    try {
      this.context = new AudioContext({ sampleRate: SAMPLE_RATE_HZ, latencyHint: 'interactive' });
    } catch (cause) {
      throw new SwitchboardError('client.audio_failed', undefined, { cause });
    }
    this.context.onstatechange = () => this.#update();
    this.#update();
  }

  get figures(): PlaybackFigures {
    return this.#figures;
  }

  /** Loads the worklets. @throws SwitchboardError `client.audio_failed` */
  async load(worklet: URL): Promise<void> {
    try {
      await this.context.audioWorklet.addModule(worklet);
    } catch (cause) {
      throw new SwitchboardError('client.audio_failed', undefined, { cause });
    }
  }

  /** Starts to play; `engine` is the worker's end of the line. Call once, after `load`. */
  play(engine: MessagePort): void {
    const processorOptions: PlaybackOptions = { frameSamples: FRAME_SAMPLES, lead: PLAYBACK_LEAD };
    const player = new AudioWorkletNode(this.context, PLAYBACK_PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions,
    });
    player.port.onmessage = ({ data }: MessageEvent<FromPlaybackWorklet>) => (this.#figures = data);
    player.port.postMessage({ type: 'connect', engine } satisfies ToWorklet, [engine]);
    player.connect(this.context.destination);
    this.#player = player;
  }

  /** Lets the device rest, or wakes it. */
  setWanted(wanted: boolean): void {
    this.#wanted = wanted;
    if (!wanted && this.context.state === 'running') void this.context.suspend();
    this.#update();
  }

  /** @throws SwitchboardError `client.audio_failed` */
  async useSpeaker(deviceId: string | undefined): Promise<void> {
    const context: SinkContext = this.context;
    try {
      await context.setSinkId?.(deviceId ?? '');
    } catch (cause) {
      throw new SwitchboardError('client.audio_failed', undefined, { cause });
    }
  }

  async close(): Promise<void> {
    this.#wanted = false;
    this.context.onstatechange = null;
    this.#update();
    this.#player?.port.postMessage({ type: 'close' } satisfies ToWorklet);
    if (this.context.state !== 'closed') await this.context.close();
  }

  #update(): void {
    if (!this.#wanted || this.context.state === 'running') {
      this.#stopWaiting?.();
      this.#stopWaiting = undefined;
      this.#report(false);
    } else if (this.#stopWaiting === undefined) {
      this.#stopWaiting = this.#waitForGesture();
      this.#resume();
    }
  }

  #waitForGesture(): () => void {
    const resume = (): void => this.#resume();
    for (const gesture of GESTURES) document.addEventListener(gesture, resume, { capture: true });
    const cancel = this.#clock.after(BLOCKED_AFTER_MS, () => this.#report(true));
    return () => {
      cancel();
      for (const gesture of GESTURES) document.removeEventListener(gesture, resume, { capture: true });
    };
  }

  #resume(): void {
    // A refusal changes nothing: the state says so, and the next gesture tries again.
    this.context.resume().catch(() => undefined);
  }

  #report(blocked: boolean): void {
    if (blocked === this.#isBlocked) return;
    this.#isBlocked = blocked;
    this.#blocked(blocked);
  }
}
