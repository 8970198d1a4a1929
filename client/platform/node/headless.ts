/** What programs are made of that take part in a room without devices: the parts of the client below its engine. */

export { powerToDbov, meanSquare } from '../../audio/frame.ts';
export { opusCodec } from '../../audio/opus-codec.ts';
export { readWav, writeWav } from '../../audio/wav.ts';
export { FramePlugin } from '../../engine/frame-plugin.ts';
export { PluginChain } from '../../engine/plugin-chain.ts';
export { VoiceKeys } from '../../engine/voice-keys.ts';
export { VoiceLanes } from '../../lanes/voice-lanes.ts';
export { ControlConnection, type Outcome } from '../../session/control-connection.ts';
export type { Clock } from '../platform.ts';
export { FramePacer } from './frame-pacer.ts';
export { nodeClock } from './node-clock.ts';
export { openControlSocket } from './node-control-socket.ts';
export { nodeLanes } from './node-lanes.ts';
export type { ServerTrust } from './server-trust.ts';
