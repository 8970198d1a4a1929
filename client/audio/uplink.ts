/**
 * The sending half: captured frames → clicks → mute → level → gate → encode → sink. The gate decides what is sent; silence is
 * not. The timestamp runs with the capture clock, also through what is not sent, so a receiver sees how long it was.
 */

import { ClickSuppressor } from './click-suppressor.ts';
import type { VoiceEncoder } from './codec.ts';
import {
  FRAME_SAMPLES,
  SILENCE_DBOV,
  advanceTimestamp,
  dbfsToPower,
  meanSquare,
  powerToDbov,
  sanitizeSamples,
} from './frame.ts';
import { CLOSED_GATE, DEFAULT_VOICE_ACTIVATION, gateStep, type GateConfig, type GateState } from './gate.ts';

export interface UplinkPacket {
  readonly opus: Uint8Array;
  /** 0..127 = −dBov, 127 = silence (RFC 6464). */
  readonly levelDbov: number;
  /** Last packet of its talk spurt. */
  readonly end: boolean;
  /** Capture clock of the packet's first sample (u32). */
  readonly timestampSamples: number;
}

export interface UplinkFigures {
  readonly captured: number;
  readonly sent: number;
  readonly spurts: number;
  /** Samples that came as NaN or infinity and were replaced by 0. */
  readonly replacedSamples: number;
}

export interface UplinkOptions {
  readonly encoder: VoiceEncoder;
  readonly sink: (packet: UplinkPacket) => void;
  readonly gate?: GateConfig;
}

/**
 * Frames from before the gate opened that are sent with the one that opened it, so no soft first consonant is cut.
 *
 * One is free: a receiver starts to play when it holds two frames, so the burst of two starts it at once, and the frame
 * that opened the gate is heard when it would have been without. Each further one would delay the whole talk spurt by
 * 20 ms, for speech energy that is 47 dB down instead of 37 dB (gate.ts has the setting).
 */
const PRE_ROLL_FRAMES = 1;
/**
 * The same while one types: to tell a voice from a key takes its first vowel, and what it began with is not to be lost. Only
 * the frames since it became loud are sent, so most spurts are heard 20 to 60 ms later for it, and none more than 100 ms.
 */
const TYPING_PRE_ROLL_FRAMES = 6;
/** Two seconds without another word of it, and one types no longer: whoever should say so may have gone. */
const TYPING_FRAMES = 100;

/** Time constant of the slope with which a cut-off talk spurt falls to zero. */
const CUT_OFF_DECAY_SAMPLES = 48;

interface CapturedFrame {
  readonly samples: Float32Array;
  readonly power: number;
  readonly timestampSamples: number;
}

export class VoiceUplink {
  readonly #encoder: VoiceEncoder;
  readonly #sink: (packet: UplinkPacket) => void;
  readonly #clicks = new ClickSuppressor();
  #typingFramesLeft = 0;
  #gate: GateConfig;
  #state: GateState = CLOSED_GATE;
  #timestampSamples = 0;
  #muted = false;
  #pressed = false;
  #preRoll: CapturedFrame[] = [];
  #levelDbov = SILENCE_DBOV;
  #lastSample = 0;
  #captured = 0;
  #sent = 0;
  #spurts = 0;
  #replacedSamples = 0;

  constructor(options: UplinkOptions) {
    this.#encoder = options.encoder;
    this.#sink = options.sink;
    this.#gate = options.gate ?? DEFAULT_VOICE_ACTIVATION;
  }

  /** Whether a talk spurt is being sent. */
  get talking(): boolean {
    return this.#state.kind === 'open';
  }

  /** Level of the latest captured frame, muted or not: it lets a meter tell someone who talks while muted. */
  get levelDbov(): number {
    return this.#levelDbov;
  }

  /** Capture clock of the next frame. */
  get timestampSamples(): number {
    return this.#timestampSamples;
  }

  get figures(): UplinkFigures {
    return {
      captured: this.#captured,
      sent: this.#sent,
      spurts: this.#spurts,
      replacedSamples: this.#replacedSamples,
    };
  }

  /**
   * The next 20 ms, processed and ready to be encoded.
   *
   * @param samples 960 samples, not kept and not changed.
   * @throws RangeError on another number of samples.
   */
  push(samples: Float32Array): void {
    if (samples.length !== FRAME_SAMPLES) {
      throw new RangeError(`A frame has ${FRAME_SAMPLES} samples, not ${samples.length}`);
    }
    const frame = this.#capture(samples);
    if (this.#muted) return;
    const wasTalking = this.talking;
    const step = gateStep(this.#gate, this.#state, {
      power: frame.power,
      pressed: this.#pressed,
      voice: this.#clicks.hearsVoice,
    });
    this.#state = step.state;
    if (!step.open) {
      this.#preRoll = [...this.#preRoll, frame].slice(-TYPING_PRE_ROLL_FRAMES);
      return;
    }
    if (!wasTalking) this.#beginSpurt();
    this.#send(frame, step.ended);
  }

  /**
   * Nothing captured while muted leaves this object. A talk spurt that is cut short ends properly, on a frame that
   * holds none of the sound after this call.
   */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (muted) this.endSpurt();
  }

  /** Push-to-talk key down or up. */
  setPressed(pressed: boolean): void {
    this.#pressed = pressed;
  }

  /**
   * Somebody at this microphone types: the clicks of the keys are taken out, and do not open the gate. Ends by itself two
   * seconds of captured sound after it was last said.
   */
  setTyping(typing: boolean): void {
    this.#typingFramesLeft = typing ? TYPING_FRAMES : 0;
  }

  /** Takes effect with the next frame; an open talk spurt goes on under the new rules. */
  setGate(gate: GateConfig): void {
    this.#gate = gate;
  }

  setBitrate(bitrateBps: number): void {
    this.#encoder.setBitrate(bitrateBps);
  }

  /**
   * Ends a talk spurt at once, without waiting for another frame: on mute, when the microphone is gone, on leaving.
   * The encoder holds back its last 6.5 ms, so the END frame also brings those out.
   */
  endSpurt(): void {
    this.#preRoll = [];
    const wasTalking = this.talking;
    this.#state = CLOSED_GATE;
    if (!wasTalking) return;
    const samples = this.#decayFromLastSample();
    this.#send({ samples, power: meanSquare(samples), timestampSamples: this.#timestampSamples }, true);
  }

  #capture(captured: Float32Array): CapturedFrame {
    const samples = Float32Array.from(captured);
    this.#replacedSamples += sanitizeSamples(samples);
    this.#clicks.setRaised(this.#typingFramesLeft > 0);
    this.#typingFramesLeft = Math.max(0, this.#typingFramesLeft - 1);
    this.#clicks.process(samples);
    const frame = { samples, power: meanSquare(samples), timestampSamples: this.#timestampSamples };
    this.#timestampSamples = advanceTimestamp(this.#timestampSamples, FRAME_SAMPLES);
    this.#levelDbov = powerToDbov(frame.power);
    this.#captured++;
    return frame;
  }

  #beginSpurt(): void {
    this.#spurts++;
    for (const frame of this.#sendableBefore()) this.#send(frame, false);
    this.#preRoll = [];
  }

  #sendableBefore(): readonly CapturedFrame[] {
    if (this.#typingFramesLeft === 0 || this.#gate.mode === 'push-to-talk')
      return this.#preRoll.slice(-PRE_ROLL_FRAMES);
    const loud = dbfsToPower(this.#gate.releaseDbfs);
    const first = this.#preRoll.findIndex(({ power }) => power >= loud);
    return this.#preRoll.slice(first < 0 ? -PRE_ROLL_FRAMES : Math.max(0, first - PRE_ROLL_FRAMES));
  }

  #send(frame: CapturedFrame, end: boolean): void {
    this.#lastSample = frame.samples.at(-1) ?? 0;
    this.#sent++;
    this.#sink({
      opus: this.#encoder.encode(frame.samples),
      levelDbov: powerToDbov(frame.power),
      end,
      timestampSamples: frame.timestampSamples,
    });
  }

  /** A frame that continues the waveform to zero instead of breaking it off: no click, and nothing said in it. */
  #decayFromLastSample(): Float32Array {
    return Float32Array.from(
      { length: FRAME_SAMPLES },
      (_, i) => this.#lastSample * Math.exp(-(i + 1) / CUT_OFF_DECAY_SAMPLES),
    );
  }
}
