import type { Problem, VoiceClientApi } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import type { CallState, Calls } from '../../calls/calls.ts';
import type { Bookmark } from '../../servers/bookmark.ts';

export const bookmark: Bookmark = {
  id: 'b1',
  address: 'https://voice.example.org',
  name: 'Workshop',
  nickname: 'Ada',
  signIn: { type: 'guest' },
};

/** The calls of a window, as the test has them. */
export class FixtureCalls implements Calls {
  readonly #listeners = new Set<(state: CallState) => void>();
  #state: CallState = { status: 'none' };

  get state(): CallState {
    return this.#state;
  }

  become(state: CallState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  open(client: VoiceClientApi): void {
    this.become({ status: 'open', bookmark, client });
  }

  end(problem: Problem, signIn: Bookmark['signIn'] = { type: 'guest' }): void {
    this.become({ status: 'ended', bookmark: { ...bookmark, signIn }, problem });
  }

  subscribe(listener: (state: CallState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connect(): Promise<VoiceClientApi> {
    return Promise.reject(new SwitchboardError('client.unreachable'));
  }

  disconnect(): Promise<void> {
    this.become({ status: 'none' });
    return Promise.resolve();
  }
}
