import type { Channel, MessageCode, Place } from '@switchboard/protocol';
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
