import type {
  Channel,
  ErrorCode,
  Member,
  Message,
  MessageCode,
  Place,
  PluginCommand,
  PluginConfig,
  PluginManifest,
  PluginOffer,
  ServerInfo,
} from '@switchboard/protocol';
import type { Activation, LaneState, VoiceStats } from './engine/engine-messages.ts';
import type { AudioDevice } from './platform/platform.ts';

/*
 * What a user interface shows: one immutable value. A part that has not changed is the same object as before,
 * so that views can compare by identity, and it can be posted to a webview as it is.
 */

export type ConnectionState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  | { readonly status: 'ready' }
  /** The socket is gone; tries again by itself at `retryAtMs` of the platform's clock. */
  | {
      readonly status: 'reconnecting';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly problem: Problem | null;
    }
  | { readonly status: 'closed'; readonly problem: Problem | null };

/** A failure as a person meets it: the code for translation, the server's or our sentence for want of one. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field at fault, as a dotted path. */
  readonly field?: string;
  /** What a moderator wrote, of `session.kicked` and `access.banned`; empty for nothing. */
  readonly reason?: string;
  /** When a ban ends, in ms since 1970; null for never. */
  readonly untilMs?: number | null;
  /** After this it is worth trying again, in ms. */
  readonly retryAfterMs?: number;
}

export type MicrophoneState =
  | { readonly status: 'off' }
  | { readonly status: 'starting' }
  | { readonly status: 'on' }
  | { readonly status: 'failed'; readonly problem: Problem };

interface OutgoingEntry<S extends string> {
  readonly status: S;
  readonly nonce: string;
  readonly text: string;
  /** The text is code. */
  readonly code: MessageCode | null;
}

/** A message of the open channel, as sent or still on its way. */
export type ChatEntry =
  /** `remarks`: what one's plugins have to say of it. */
  | { readonly status: 'sent'; readonly message: Message; readonly remarks?: MessageRemarks }
  /** What a command answered, for oneself alone; it is not kept. */
  | { readonly status: 'reply'; readonly id: string; readonly pluginName: string; readonly text: string }
  | OutgoingEntry<'sending'>
  | (OutgoingEntry<'failed'> & { readonly problem: Problem });

/** What plugins have made of a message, on this side alone. */
export interface MessageRemarks {
  /** Not to be shown unless asked for. */
  readonly hidden: PluginRemark | null;
  readonly notes: readonly PluginRemark[];
}

export interface PluginRemark {
  readonly pluginName: string;
  readonly text: string;
}

export interface ChatState {
  /** Oldest first; those on their way last. */
  readonly entries: readonly ChatEntry[];
  /** Older ones can be loaded. */
  readonly more: boolean;
  readonly loading: boolean;
  /** Member ids of those who are writing. */
  readonly typing: readonly string[];
}

/** Whom a whisper reaches: members, and everyone in channels, in whatever room. At most 32 and 16. */
export interface WhisperAudience {
  readonly memberIds: readonly string[];
  readonly channelIds: readonly string[];
}

export interface ClientState {
  readonly connection: ConnectionState;
  readonly servers: readonly ServerInfo[];
  /** Sorted by position within each parent. */
  readonly channels: readonly Channel[];
  /** Everyone who is here, self included, sorted by nickname. */
  readonly members: readonly Member[];
  readonly selfId: string | null;
  /** What one may do on the server; `can` knows what that means in a channel. */
  readonly permissions: readonly string[];
  /** The same in those channels where it differs, by channel id. */
  readonly channelPermissions: Readonly<Record<string, readonly string[]>>;
  /** The channel that one is in, or is coming back to while reconnecting. */
  readonly channelId: string | null;
  readonly joining: string | null;
  /** Where somebody else has put one last, null for out of the room; null once one has gone somewhere oneself. */
  readonly moved: { readonly channelId: string | null } | null;
  /** Where those in one's room are in their files, as far as they share it; by member id. */
  readonly places: Readonly<Record<string, Place>>;
  /** Ids of the members who speak now, in any room as far as known. */
  readonly speaking: readonly string[];
  /** Ids of the members who whisper to one now, from any room. */
  readonly whisperedBy: readonly string[];
  /** Whom one whispers to while the whisper key is held. */
  readonly whisperingTo: WhisperAudience | null;
  readonly muted: boolean;
  readonly deafened: boolean;
  /** By a moderator: nobody hears one, or one hears nobody, whatever one does. */
  readonly serverMuted: boolean;
  readonly serverDeafened: boolean;
  readonly activation: Activation;
  readonly microphone: MicrophoneState;
  /** One hears oneself, a second later, instead of being heard. */
  readonly echoTest: boolean;
  readonly devices: readonly AudioDevice[];
  readonly microphoneId: string | null;
  readonly speakerId: string | null;
  readonly lane: LaneState;
  /** The voice engine broke in a room, and voice is being brought back; null once it is. */
  readonly soundProblem: Problem | null;
  /** Null while not in a room. */
  readonly stats: VoiceStats | null;
  /** By user id; 1 where absent. */
  readonly volumes: Readonly<Record<string, number>>;
  readonly chat: ChatState;
  /** One's own plugins, in their order. */
  readonly plugins: readonly PluginState[];
  /** What the server offers, installed or not. */
  readonly pluginOffers: readonly PluginOffer[];
  /** Every slash command that works now. */
  readonly commands: readonly CommandState[];
  /** The last notice of the server, as plain text, until it is dismissed. */
  readonly notice: string | null;
}

export type PluginStatus =
  /** Switched off. */
  | { readonly kind: 'off' }
  /** It runs while one is in a room. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  /** It broke, and is being started again. */
  | { readonly kind: 'restarting'; readonly problem: Problem }
  /** It broke too often, or could not be started; switching it on tries again. */
  | { readonly kind: 'stopped'; readonly problem: Problem };

/** A plugin that is installed with this client. */
export interface PluginState {
  readonly manifest: PluginManifest;
  /** Base64 of a PNG; empty for none. */
  readonly icon: string;
  /** From a file, or from a server's offer. */
  readonly origin: 'file' | 'server';
  /** Of the package as it came; an offer with another one is another package, whatever its version. */
  readonly packageSha256: string;
  readonly enabled: boolean;
  readonly status: PluginStatus;
  readonly config: PluginConfig;
  /** Its cost for audio frames in the last second; null where it has no such hook, or does not run. */
  readonly cost: {
    readonly frames: number;
    readonly missed: number;
    readonly meanUs: number;
    readonly maxUs: number;
  } | null;
}

export interface CommandState extends PluginCommand {
  readonly pluginName: string;
  readonly by: 'client' | 'server';
}
