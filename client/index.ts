export { can } from './can.ts';
export type {
  ChatEntry,
  ChatState,
  ClientState,
  ConnectionState,
  MicrophoneState,
  Problem,
  WhisperAudience,
} from './client-state.ts';
export type {
  Activation,
  DownlinkDrop,
  EngineCommand,
  EngineEvent,
  LaneState,
  SpeakerStats,
  VoiceStats,
} from './engine/engine-messages.ts';
export type {
  AudioDevice,
  Clock,
  ControlSocket,
  ControlSocketEvents,
  EngineHost,
  EngineHostEvents,
  KeyValueStore,
  Platform,
} from './platform/platform.ts';
export type { ClientInfo } from './session/session.ts';
export type { SignIn } from './session/sign-in.ts';
export type { BanTerms, TemporaryChannel, VoiceClientApi } from './voice-client-api.ts';
export { VoiceClient, type VoiceClientOptions } from './voice-client.ts';
export {
  ERROR_SENTENCES,
  SwitchboardError,
  type Channel,
  type Credentials,
  type ErrorCode,
  type Member,
  type Message,
  type ServerInfo,
} from '@switchboard/protocol';
