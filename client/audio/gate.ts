/**
 * The voice gate decides frame by frame what is sent, and which frame is the last of its talk spurt. Pure: the state
 * goes in and comes out.
 *
 * Voice activation and push-to-talk are the same machine: something wants the gate open (a loud window of frames, a
 * pressed key), and when nothing wants it any more, it stays open for a hang-over. That hang-over is what lets the gate
 * name the last frame while it is still in hand, so that END travels on it and no receiver has to guess.
 *
 * While somebody types, loudness alone says little: what is loud must be a voice, or go on for longer than keys do.
 */

import { dbfsToPower } from './frame.ts';

export interface VoiceActivationConfig {
  readonly mode: 'voice';
  /** The window's level at which the gate opens. */
  readonly activationDbfs: number;
  /** The window's level below which an open gate begins its hang-over; lower than activation, so it does not flutter. */
  readonly releaseDbfs: number;
  /** Frames whose mean power is compared. One is enough to open it if it is loud. */
  readonly windowFrames: number;
  /** Frames sent after the window fell below release; the last carries END. At least 1. */
  readonly hangOverFrames: number;
}

export interface PushToTalkConfig {
  readonly mode: 'push-to-talk';
  /** Frames sent after the key was released: people let go on the last syllable. The last carries END. At least 1. */
  readonly releaseDelayFrames: number;
}

export type GateConfig = VoiceActivationConfig | PushToTalkConfig;

/**
 * Measured on human and made speech at −40 to −10 dBFS over a −65 dBFS noise floor: with the uplink's one frame of
 * pre-roll no frame within 15 dB of the speech's level stays unsent (at −45 dBFS activation, eight do in the quietest),
 * and what does stay unsent holds less than 0.02 % of the energy. Noise alone never opens it.
 */
export const DEFAULT_VOICE_ACTIVATION: VoiceActivationConfig = {
  mode: 'voice',
  activationDbfs: -50,
  releaseDbfs: -56,
  windowFrames: 3,
  hangOverFrames: 15,
};

export const DEFAULT_PUSH_TO_TALK: PushToTalkConfig = { mode: 'push-to-talk', releaseDelayFrames: 10 };

/**
 * Frames in a row that are let through without a voice being heard in them: whispers. Typing at −6 dBFS, which is a keyboard
 * under the microphone, stays loud for 9 of them at most, in six minutes.
 */
const SUSTAINED_FRAMES = 10;

interface GateWindow {
  /** Mean squares of the latest frames, oldest first. */
  readonly powers: readonly number[];
  /** Consecutive frames up to the latest that were loud by themselves. */
  readonly loudFrames: number;
}

export type GateState =
  (GateWindow & { readonly kind: 'closed' }) | (GateWindow & { readonly kind: 'open'; readonly hangOverLeft: number });

export const CLOSED_GATE: GateState = { kind: 'closed', powers: [], loudFrames: 0 };

export interface GateInput {
  /** Mean square of the frame. */
  readonly power: number;
  /** Whether the push-to-talk key is down; voice activation does not look at it. */
  readonly pressed: boolean;
  /** Whether what is loud may be speech. Push-to-talk does not look at it. */
  readonly voice: boolean;
}

export interface GateStep {
  readonly state: GateState;
  /** This frame is sent. */
  readonly open: boolean;
  /** This frame is the last of its talk spurt and carries END. Only ever with `open`. */
  readonly ended: boolean;
}

function hangOver(config: GateConfig): number {
  return Math.max(1, config.mode === 'voice' ? config.hangOverFrames : config.releaseDelayFrames);
}

function thresholdOf(config: VoiceActivationConfig, state: GateState): number {
  return dbfsToPower(state.kind === 'open' ? config.releaseDbfs : config.activationDbfs);
}

function listen(config: GateConfig, state: GateState, power: number): GateWindow {
  if (config.mode === 'push-to-talk') return { powers: [], loudFrames: 0 };
  const powers = [...state.powers, power].slice(-config.windowFrames);
  return { powers, loudFrames: power >= thresholdOf(config, state) ? state.loudFrames + 1 : 0 };
}

function wantsOpen(config: GateConfig, state: GateState, heard: GateWindow, input: GateInput): boolean {
  if (config.mode === 'push-to-talk') return input.pressed;
  if (!input.voice && heard.loudFrames < SUSTAINED_FRAMES) return false;
  const total = heard.powers.reduce((sum, power) => sum + power, 0);
  // A window that is not full yet counts as preceded by silence.
  return total / config.windowFrames >= thresholdOf(config, state);
}

/** One captured frame. */
export function gateStep(config: GateConfig, state: GateState, input: GateInput): GateStep {
  const heard = listen(config, state, input.power);
  if (wantsOpen(config, state, heard, input)) {
    return { state: { kind: 'open', hangOverLeft: hangOver(config), ...heard }, open: true, ended: false };
  }
  if (state.kind === 'closed') return { state: { kind: 'closed', ...heard }, open: false, ended: false };
  const hangOverLeft = state.hangOverLeft - 1;
  if (hangOverLeft > 0) return { state: { kind: 'open', hangOverLeft, ...heard }, open: true, ended: false };
  return { state: { kind: 'closed', ...heard }, open: true, ended: true };
}
