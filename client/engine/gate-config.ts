import { DEFAULT_PUSH_TO_TALK, DEFAULT_VOICE_ACTIVATION, type GateConfig } from '../audio/gate.ts';
import type { Activation } from './engine-messages.ts';

/** How the room is talked to, for the gate. */
export function gateConfigOf(activation: Activation): GateConfig {
  if (activation.mode === 'push-to-talk') return DEFAULT_PUSH_TO_TALK;
  const { activationDbfs, releaseDbfs } = activation;
  return { ...DEFAULT_VOICE_ACTIVATION, activationDbfs, releaseDbfs };
}
