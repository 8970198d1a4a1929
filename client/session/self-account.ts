import { SwitchboardError, type Member, type RequestData } from '@switchboard/protocol';
import { HEARD, isMuted, type SelfAudio } from './self-audio.ts';
import type { Session } from './session.ts';

export interface SelfAccountEvents {
  /** The server has one down as this. */
  told(self: Member): void;
  refused(error: SwitchboardError): void;
}

/** What the server and everyone on it should know of oneself, and the care that they do. */
export class SelfAccount {
  readonly #session: Pick<Session, 'ask' | 'request' | 'rename'>;
  readonly #events: SelfAccountEvents;
  #audio: SelfAudio = HEARD;
  #status = '';
  /** Only the latest word is worth repeating. */
  #lastTold: RequestData<'self.update'> | null = null;

  constructor(session: Pick<Session, 'ask' | 'request' | 'rename'>, events: SelfAccountEvents) {
    this.#session = session;
    this.#events = events;
  }

  get audio(): SelfAudio {
    return this.#audio;
  }

  setAudio(audio: SelfAudio): void {
    this.#audio = audio;
    this.#tell({ muted: isMuted(audio), deafened: audio.deafened });
  }

  /** @throws SwitchboardError the server's refusal, `client.timeout`, `client.disconnected`, `client.closed` */
  async setNickname(nickname: string): Promise<void> {
    const self = await this.#session.request('self.update', { nickname });
    this.#session.rename(self.nickname);
    this.#events.told(self);
  }

  /** @throws SwitchboardError as `setNickname` */
  async setStatus(status: string): Promise<void> {
    try {
      const self = await this.#session.request('self.update', { status });
      this.#status = self.status;
      this.#events.told(self);
    } catch (error) {
      if (SwitchboardError.is(error, 'client.timeout')) this.tellAll();
      throw error;
    }
  }

  /** Makes the server's account what it should be. What does not get through is told when one is back. */
  agreeOn(self: Member): void {
    const { deafened } = this.#audio;
    if (self.muted !== isMuted(this.#audio) || self.deafened !== deafened || self.status !== this.#status)
      this.tellAll();
  }

  /** For when the server's account is not known, because a reply may have been lost. */
  tellAll(): void {
    this.#tell({ muted: isMuted(this.#audio), deafened: this.#audio.deafened, status: this.#status });
  }

  #tell(update: RequestData<'self.update'>): void {
    this.#lastTold = update;
    this.#session.ask('self.update', update, (outcome) => {
      if (outcome.ok) this.#events.told(outcome.data);
      else if (outcome.error.code !== 'client.timeout') this.#refused(outcome.error);
      else if (this.#lastTold === update) this.tellAll();
    });
  }

  /** Without a connection nothing is refused: it is told on return. */
  #refused(error: SwitchboardError): void {
    if (error.code !== 'client.disconnected' && error.code !== 'client.closed') this.#events.refused(error);
  }
}
