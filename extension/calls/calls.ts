import type { Problem, VoiceClientApi } from '@switchboard/client';
import type { Bookmark } from '../servers/bookmark.ts';

/** With which server this window talks. What happens there is in the state of the client. */
export type CallState =
  | { readonly status: 'none' }
  /** Signing in for the first time; the client is there, and is not connected yet. */
  | { readonly status: 'connecting'; readonly bookmark: Bookmark; readonly client: VoiceClientApi }
  /** Connected, or coming back by itself: `client.state.connection` tells. */
  | { readonly status: 'open'; readonly bookmark: Bookmark; readonly client: VoiceClientApi }
  /** Ended for a reason: refused at the door, kicked, logged out. */
  | { readonly status: 'ended'; readonly bookmark: Bookmark; readonly problem: Problem };

/**
 * The one call of this window, as its views see it: they read the state, follow it, and act on its client.
 * A window talks with one server at a time.
 */
export interface Calls {
  readonly state: CallState;
  /** Calls after each change of `state` itself, not of the client's; the returned function stops it. */
  subscribe(listener: (state: CallState) => void): () => void;
  /**
   * Connects to a server, after leaving the one before. The failure is in `state`, too.
   * @throws SwitchboardError what the server or the way to it refused
   */
  connect(bookmark: Bookmark): Promise<VoiceClientApi>;
  /** Hangs up. */
  disconnect(): Promise<void>;
}
