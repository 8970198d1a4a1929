import type { Channel, MessageCode, Place, PluginConfig, PluginConsent, PluginManifest } from '@switchboard/protocol';
import type { LogLevel } from './plugins/sandbox-messages.ts';
import type { ClientState, WhisperAudience } from './client-state.ts';
import type { Activation } from './engine/engine-messages.ts';
import type { SignIn } from './session/sign-in.ts';

/** A room that goes when the last one leaves it. */
export interface TemporaryChannel {
  readonly name: string;
  /** The channel above it; null for the top of the tree. */
  readonly parentId: string | null;
  readonly password?: string;
}

/** How someone is kept out. */
export interface BanTerms {
  /** Shown to the person, and kept in the server's audit log. */
  readonly reason?: string;
  /** Absent for ever. */
  readonly durationMs?: number;
  /** The address that the person comes from as well. */
  readonly address?: boolean;
}

/** A package that has been looked at, and not installed. */
export interface PluginInspection {
  readonly manifest: PluginManifest;
  /** Base64 of a PNG; empty for none. */
  readonly icon: string;
  /** Markdown; empty for none. */
  readonly readme: string;
  /** Signed by the publisher that `manifest.publisher` names. */
  readonly signed: boolean;
  /** The version that is installed; null for none. */
  readonly installedVersion: string | null;
  /** All that it wants. */
  readonly consents: readonly PluginConsent[];
  /** What of it has not been agreed to yet. */
  readonly newConsents: readonly PluginConsent[];
}

export interface PluginLogLine {
  /** ms since 1970. */
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly text: string;
}

/**
 * What a user interface talks to: the client itself in a page, a proxy to it in a webview.
 * Every call that can fail rejects with a `SwitchboardError`; what it changed shows in `state`.
 */
export interface VoiceClientApi {
  readonly state: ClientState;
  /** Calls after every change with the new state; the returned function stops it. */
  subscribe(listener: (state: ClientState) => void): () => void;
  /**
   * Calls with the microphone's peak level in dBFS, −127 for silence, when it has changed: up to ten times a second while in
   * a room or an echo test. Not a part of `state`, so that who shows no meter is not woken for it. The returned function stops it.
   */
  onLevel(listener: (dbfs: number) => void): () => void;

  /**
   * Connects and stays connected until `close`: reconnects and rejoins by itself. Rejects if the first attempt is refused (a nickname taken,
   * say). Where the server ends the session for good (kicked, banned, logged out, replaced), it stays closed and says why.
   */
  connect(signIn: SignIn): Promise<void>;
  close(): Promise<void>;
  /** Tries again now instead of waiting for the back-off. */
  retryNow(): void;

  join(channelId: string, password?: string): Promise<void>;
  leave(): Promise<void>;

  /** Makes a room that goes when the last one leaves it; to be joined next. */
  createTemporaryChannel(channel: TemporaryChannel): Promise<Channel>;

  /** What moderators do to others, for everyone. The server checks permission and rank. */
  muteMember(memberId: string, muted: boolean): Promise<void>;
  deafenMember(memberId: string, deafened: boolean): Promise<void>;
  moveMember(memberId: string, channelId: string): Promise<void>;
  kickMember(memberId: string, reason?: string): Promise<void>;
  banMember(memberId: string, terms?: BanTerms): Promise<void>;

  /** The notice has been read: `state.notice` is null until the next. */
  dismissNotice(): void;

  setMuted(muted: boolean): void;
  setDeafened(deafened: boolean): void;
  setNickname(nickname: string): Promise<void>;
  setStatus(status: string): Promise<void>;
  /**
   * Where one is in one's files, for those in the same room, whichever that is; null for nowhere. Told at most once a second; nothing until the
   * first call.
   */
  sharePlace(place: Place | null): void;
  setActivation(activation: Activation): void;
  /** The talk key, in push-to-talk mode. */
  setTalking(pressed: boolean): void;
  /**
   * One types, here or in another program: the microphone's suppression of key clicks is raised. Call again while it goes on:
   * it ends by itself after two seconds.
   */
  setTyping(typing: boolean): void;
  /**
   * The whisper key goes down: until `stopWhisper` the microphone goes to these alone, loud or not, and the room hears nothing,
   * also where this rejects (`whisper.no_audience`, `channel.not_joined` and others), and whatever happens meanwhile: after muting
   * and unmuting, or in the next room, it goes to these again.
   */
  startWhisper(audience: WhisperAudience): Promise<void>;
  /** The whisper key is let go; the last syllable still goes to the audience. */
  stopWhisper(): void;
  /** 0 to 2; remembered by user id. */
  setVolume(userId: string, gain: number): void;

  /** Opens (again) the microphone; the outcome is in `state.microphone`. */
  useMicrophone(deviceId: string | null): Promise<void>;
  useSpeaker(deviceId: string | null): Promise<void>;
  refreshDevices(): Promise<void>;
  /**
   * Plays the microphone back a second later, in or out of a room, for at most 15 s; the room hears nothing meanwhile.
   * `state.echoTest` tells when it has ended. Rejects with what is wrong with microphone or sound.
   */
  startEchoTest(): Promise<void>;
  stopEchoTest(): void;

  /**
   * The package that the server offers under this id.
   * @throws SwitchboardError `plugin.not_found`, `plugin.hash_wrong`, `client.unreachable`
   */
  fetchPlugin(pluginId: string): Promise<Uint8Array>;
  /** Checks a package whole. @throws SwitchboardError `plugin.*`: what is wrong with it */
  inspectPlugin(pluginPackage: Uint8Array): Promise<PluginInspection>;
  /**
   * Installs or updates, and switches on. Rejects with `plugin.consent_required` unless `agreed` and what was agreed to before hold all
   * that it wants; then, and on every other failure, what was installed stays.
   */
  installPlugin(pluginPackage: Uint8Array, agreed: readonly PluginConsent[], origin: 'file' | 'server'): Promise<void>;
  /** With all that it has kept. */
  removePlugin(pluginId: string): Promise<void>;
  setPluginEnabled(pluginId: string, enabled: boolean): Promise<void>;
  /** To this place among all, from 0. */
  movePlugin(pluginId: string, index: number): Promise<void>;
  /** @throws SwitchboardError `plugin.config_invalid` with the field */
  configurePlugin(pluginId: string, config: PluginConfig): Promise<void>;
  /** Oldest first. */
  pluginLog(pluginId: string): Promise<readonly PluginLogLine[]>;
  /** Markdown; empty for none. @throws SwitchboardError `plugin.not_found`, `plugin.package_damaged` */
  pluginReadme(pluginId: string): Promise<string>;
  /**
   * Gives a slash command of `state.commands`; what it answers comes into the chat.
   * @throws SwitchboardError `command.unknown`, `command.failed`, `channel.not_joined`, `server.rate_limited`
   */
  invokeCommand(name: string, args: string): Promise<void>;

  /** @param code the text is code, and this is where it is from */
  sendMessage(text: string, code?: MessageCode): Promise<void>;
  /** Sends a failed one again, with its nonce: it arrives once. */
  retryMessage(nonce: string): Promise<void>;
  editMessage(messageId: string, text: string): Promise<void>;
  /** One's own, or with `chat.delete` anybody's. */
  deleteMessage(messageId: string): Promise<void>;
  loadOlderMessages(): Promise<void>;
  /** Tells the room that one is writing; call as often as you like. */
  typing(): void;
}
