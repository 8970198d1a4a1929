import type { LaneKind } from '@switchboard/protocol';
import type { RelayReport, RelaySession } from '../relay/relay-messages.ts';
import { VoiceRelay, type VoiceRelayEvents } from '../relay/voice-relay.ts';

/** Knows its sessions as a relay does, and carries no voice. */
export class FakeRelay extends VoiceRelay {
  readonly port = 7702;
  readonly sessions = new Map<number, RelaySession>();
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

  close(token: number): void {
    this.sessions.delete(token);
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
