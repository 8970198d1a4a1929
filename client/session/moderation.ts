import type { RequestData } from '@switchboard/protocol';
import type { BanTerms } from '../voice-client-api.ts';
import type { Session } from './session.ts';

/** What one asks the server to do to others. What comes of it is told by events, to everyone alike. */
export class Moderation {
  readonly #session: Pick<Session, 'request'>;

  constructor(session: Pick<Session, 'request'>) {
    this.#session = session;
  }

  async mute(memberId: string, muted: boolean): Promise<void> {
    await this.#session.request('member.mute', { memberId, muted });
  }

  async deafen(memberId: string, deafened: boolean): Promise<void> {
    await this.#session.request('member.deafen', { memberId, deafened });
  }

  async move(memberId: string, channelId: string): Promise<void> {
    await this.#session.request('member.move', { memberId, channelId });
  }

  async kick(memberId: string, reason = ''): Promise<void> {
    await this.#session.request('member.kick', { memberId, reason });
  }

  async ban(memberId: string, terms: BanTerms = {}): Promise<void> {
    const request: RequestData<'member.ban'> = { memberId, ...terms };
    await this.#session.request('member.ban', request);
  }
}
