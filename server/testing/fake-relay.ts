import type { LaneKind } from '@switchboard/protocol';
import type { RelayReport, RelaySession, RoomSettings, WhisperTarget } from '../relay/relay-messages.ts';
import { VoiceRelay, type VoiceRelayEvents } from '../relay/voice-relay.ts';

/** Knows its sessions as a relay does, and carries no voice. */
export class FakeRelay extends VoiceRelay {
  readonly port = 7702;
  readonly socket = { kind: 'portable', threads: 1, because: undefined } as const;
  readonly sessions = new Map<number, RelaySession>();
  readonly whispers = new Map<number, WhisperTarget>();
  /** What was told of listeners since their targets were opened: target and listener. */
  readonly whisperChanges: ['add' | 'remove', number, number][] = [];
  readonly #speaking: ((event: VoiceRelayEvents['speaking']) => void)[] = [];
  readonly #lane: ((event: VoiceRelayEvents['lane']) => void)[] = [];

  start(): Promise<void> {
    return Promise.resolve();
  }

  open(session: RelaySession): void {
    this.sessions.set(session.token, session);
  }

  update(token: number, allowed: Pick<RelaySession, 'speaks' | 'hears'>): void {
    const session = this.sessions.get(token);
    if (session !== undefined) this.sessions.set(token, { ...session, ...allowed });
  }

  configure(roomId: string, settings: RoomSettings): void {
    for (const [token, session] of this.sessions) {
      if (session.roomId === roomId) this.sessions.set(token, { ...session, ...settings });
    }
  }

  close(token: number): void {
    this.sessions.delete(token);
  }

  openWhisper(target: WhisperTarget): void {
    this.whispers.set(target.token, target);
  }

  addWhisperListener(target: number, listener: number): void {
    this.whisperChanges.push(['add', target, listener]);
    const whisper = this.whispers.get(target);
    if (whisper !== undefined) this.whispers.set(target, { ...whisper, listeners: [...whisper.listeners, listener] });
  }

  removeWhisperListener(target: number, listener: number): void {
    this.whisperChanges.push(['remove', target, listener]);
    const whisper = this.whispers.get(target);
    if (whisper === undefined) return;
    this.whispers.set(target, { ...whisper, listeners: whisper.listeners.filter((token) => token !== listener) });
  }

  closeWhisper(token: number): void {
    this.whispers.delete(token);
  }

  report(): Promise<RelayReport> {
    return Promise.reject(new Error('no voice here'));
  }

  on<K extends keyof VoiceRelayEvents>(event: K, listener: (event: VoiceRelayEvents[K]) => void): () => void {
    if (event === 'speaking') this.#speaking.push(listener as (event: VoiceRelayEvents['speaking']) => void);
    if (event === 'lane') this.#lane.push(listener as (event: VoiceRelayEvents['lane']) => void);
    return () => {};
  }

  speak(token: number, speaking: boolean): void {
    for (const listener of this.#speaking) listener({ type: 'speaking', token, speaking });
  }

  bind(token: number, lane: LaneKind | null): void {
    for (const listener of this.#lane) listener({ type: 'lane', token, lane });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
