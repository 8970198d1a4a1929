export { can } from './can.ts';
export type {
  ChatEntry,
  ChatState,
  ClientState,
  CommandState,
  ConnectionState,
  MessageRemarks,
  MicrophoneState,
  PluginRemark,
  PluginState,
  PluginStatus,
  Problem,
  WhisperAudience,
} from './client-state.ts';
export type {
  Activation,
  DownlinkDrop,
  EngineCommand,
  EngineEvent,
  LaneState,
  PluginStats,
  SpeakerStats,
  VoiceStats,
} from './engine/engine-messages.ts';
export type {
  AudioDevice,
  BlobStore,
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
export type { OpenSandbox, SandboxEvents, SandboxLine } from './plugins/sandbox-line.ts';
export type {
  FromSandbox,
  LogLevel,
  PluginAct,
  SandboxFault,
  StoredValues,
  ToSandbox,
} from './plugins/sandbox-messages.ts';
export type {
  BanTerms,
  PluginInspection,
  PluginLogLine,
  TemporaryChannel,
  VoiceClientApi,
} from './voice-client-api.ts';
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
