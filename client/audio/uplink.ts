/**
 * The sending half: captured frames → clicks → mute → plugins → level → gate → clip → encode → sink. The gate decides what is
 * sent; silence is not. The timestamp runs with the capture clock, also through what is not sent, so a receiver sees how long it was.
 */

import { ClickSuppressor } from './click-suppressor.ts';
import { ClipMixer, type MicrophoneShare } from './clip-mixer.ts';
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

/** A frame of an open microphone, with what it was captured under: some of that may have changed when it has passed the filter. */
export interface CapturedFrame extends SendableFrame {
  readonly pressed: boolean;
  readonly typing: boolean;
  readonly voice: boolean;
}

interface SendableFrame {
  samples: Float32Array;
  /** Mean square, once it has passed the filter. */
  power: number;
  readonly timestampSamples: number;
}

/** What frames go through between our own processing and the gate; it may take a while. */
export interface CaptureFilter<F> {
  /** @param passed called once for each frame that is not dropped, in their order; `samples` are its own. */
  push(frame: F, passed: (frame: F, samples: Float32Array) => void): void;
  /** Those on their way do not pass any more. */
  drop(): void;
}

export interface UplinkOptions {
  readonly encoder: VoiceEncoder;
  readonly sink: (packet: UplinkPacket) => void;
  readonly gate?: GateConfig;
  readonly filter?: CaptureFilter<CapturedFrame>;
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

const SILENCE = new Float32Array(FRAME_SAMPLES);

export class VoiceUplink {
  readonly #encoder: VoiceEncoder;
  readonly #sink: (packet: UplinkPacket) => void;
  readonly #filter: CaptureFilter<CapturedFrame> | undefined;
  readonly #passed = (frame: CapturedFrame, samples: Float32Array): void => this.#pass(frame, samples);
  readonly #clicks = new ClickSuppressor();
  readonly #clip = new ClipMixer();
  #typingFramesLeft = 0;
  #gate: GateConfig;
  #state: GateState = CLOSED_GATE;
  #talking = false;
  #timestampSamples = 0;
  /** Of what follows the latest frame that has passed. */
  #passedSamples = 0;
  #muted = false;
  #pressed = false;
  #closing = false;
  #echo: ((samples: Float32Array) => void) | undefined;
  #preRoll: SendableFrame[] = [];
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
    this.#filter = options.filter;
  }

  /** Whether a talk spurt is being sent. */
  get talking(): boolean {
    return this.#talking;
  }

  /** Whether something of a clip is still to be sent. */
  get playsClip(): boolean {
    return this.#clip.playing;
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
    if (this.#muted) {
      this.#passedSamples = this.#timestampSamples;
      this.#levelDbov = powerToDbov(meanSquare(frame.samples));
      this.#echo?.(frame.samples);
    } else if (this.#filter === undefined) this.#pass(frame, frame.samples);
    else this.#filter.push(frame, this.#passed);
  }

  /** 20 ms without a microphone, in which only a clip is heard. Without one it does nothing. */
  pushSilence(): void {
    if (this.#muted || !this.#clip.playing) return;
    const timestampSamples = this.#timestampSamples;
    this.#timestampSamples = advanceTimestamp(timestampSamples, FRAME_SAMPLES);
    const nothing = { power: 0, pressed: false, typing: false, voice: false };
    this.#pass({ samples: SILENCE, timestampSamples, ...nothing }, SILENCE);
  }

  /** Plays a clip into what is sent, in place of one that plays. It opens no microphone. @param samples 48 kHz, mono; kept. */
  playClip(samples: Int16Array): void {
    this.#clip.play(samples);
  }

  /** Nothing more of a clip is sent, and the talk spurt ends that it is heard in. */
  stopClip(): void {
    if (!this.#clip.active) return;
    this.#clip.stop();
    this.endSpurt();
  }

  /**
   * Nothing captured while muted leaves this object. A talk spurt that is cut short ends properly, on a frame that
   * holds none of the sound after this call.
   */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (muted) this.endSpurt();
  }

  /**
   * To whom frames go instead of being sent, as they would be heard; undefined for the others again. While muted they come to it
   * past the filter. What is on its way when this changes goes nowhere.
   */
  setEcho(echo: ((samples: Float32Array) => void) | undefined): void {
    if (echo === this.#echo) return;
    this.endSpurt();
    this.#echo = echo;
  }

  /** The talk spurt ends with the microphone's last syllable, though a clip may go on: in the next one. */
  setClosing(closing: boolean): void {
    this.#closing = closing;
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
   * Ends a talk spurt at once, without waiting for another frame: on mute, when the microphone is gone, on leaving. What is
   * still on its way through the filter is not sent.
   * The encoder holds back its last 6.5 ms, so the END frame also brings those out.
   */
  endSpurt(): void {
    this.#filter?.drop();
    this.#clip.restart();
    this.#preRoll = [];
    this.#state = CLOSED_GATE;
    if (!this.#talking) return;
    const samples = this.#decayFromLastSample();
    this.#send({ samples, power: meanSquare(samples), timestampSamples: this.#passedSamples }, true);
  }

  #capture(captured: Float32Array): CapturedFrame {
    const samples = Float32Array.from(captured);
    this.#replacedSamples += sanitizeSamples(samples);
    this.#clicks.setRaised(this.#typingFramesLeft > 0);
    this.#typingFramesLeft = Math.max(0, this.#typingFramesLeft - 1);
    this.#clicks.process(samples);
    const frame = {
      samples,
      power: 0,
      timestampSamples: this.#timestampSamples,
      pressed: this.#pressed,
      typing: this.#typingFramesLeft > 0,
      voice: this.#clicks.hearsVoice,
    };
    this.#timestampSamples = advanceTimestamp(this.#timestampSamples, FRAME_SAMPLES);
    this.#captured++;
    return frame;
  }

  #pass(frame: CapturedFrame, samples: Float32Array): void {
    const { pressed, typing, voice, timestampSamples } = frame;
    const power = meanSquare(samples);
    frame.samples = samples;
    frame.power = power;
    this.#levelDbov = powerToDbov(power);
    this.#passedSamples = advanceTimestamp(timestampSamples, FRAME_SAMPLES);
    if (this.#echo !== undefined) {
      this.#echo(samples);
      return;
    }
    const wasOpen = this.#state.kind === 'open';
    const step = gateStep(this.#gate, this.#state, { power, pressed, voice });
    this.#state = step.state;
    // What was before goes out at the beginning of a talk spurt, not into the middle of one that a clip began.
    const opens = step.open && !this.#talking;
    if (opens) this.#beginSpurt(typing);
    if (this.#clip.active) {
      this.#sendMixed(frame, { before: wasOpen || opens, during: step.open, after: step.open && !step.ended });
    } else if (step.open) this.#send(frame, step.ended);
    else this.#preRoll = [...this.#preRoll, frame].slice(-TYPING_PRE_ROLL_FRAMES);
  }

  /** A clip holds the talk spurt open, beside a microphone that only its gate opens. */
  #sendMixed({ samples, timestampSamples }: SendableFrame, microphone: MicrophoneShare): void {
    if (!this.#talking) this.#spurts++;
    this.#talking = true;
    // This one's time is taken: no talk spurt after this begins before it.
    this.#preRoll = [];
    const mixed = this.#clip.mix(samples, microphone);
    const end = !microphone.after && (this.#closing || !this.#clip.playing);
    if (end) this.#clip.end(mixed);
    this.#send({ samples: mixed, power: meanSquare(mixed), timestampSamples }, end);
  }

  #beginSpurt(typing: boolean): void {
    this.#talking = true;
    this.#spurts++;
    for (const frame of this.#sendableBefore(typing)) this.#send(frame, false);
    this.#preRoll = [];
  }

  #sendableBefore(typing: boolean): readonly SendableFrame[] {
    if (!typing || this.#gate.mode === 'push-to-talk') return this.#preRoll.slice(-PRE_ROLL_FRAMES);
    const loud = dbfsToPower(this.#gate.releaseDbfs);
    const first = this.#preRoll.findIndex(({ power }) => power >= loud);
    return this.#preRoll.slice(first < 0 ? -PRE_ROLL_FRAMES : Math.max(0, first - PRE_ROLL_FRAMES));
  }

  #send(frame: SendableFrame, end: boolean): void {
    if (end) this.#talking = false;
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
