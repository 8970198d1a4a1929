/** What a process is made of that runs the voice engine alone: told what to do by its parent, between devices of its own. */

export { FrameResampler } from '../../audio/frame-resampler.ts';
export { opusCodec } from '../../audio/opus-codec.ts';
export type { EngineCommand } from '../../engine/engine-messages.ts';
export { VoiceEngine } from '../../engine/voice-engine.ts';
export type { AudioDevice, Clock } from '../platform.ts';
export type { AudioBackend, AudioPort } from './audio-backend.ts';
export { nodeClock } from './node-clock.ts';
export { nodeLanes } from './node-lanes.ts';
export { NodeSandboxes } from './node-sandboxes.ts';
