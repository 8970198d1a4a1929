import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Calls, CallState } from '../calls/calls.ts';
import { openCall, watchCall, type OpenCall } from './watch-call.ts';

const bookmark = { id: 'b', address: '', name: '', nickname: '', signIn: { type: 'guest' } } as const;

/** As much of a client as is looked at here. */
class Spoken {
  state = { channelId: null } as ClientState;
  readonly listeners = new Set<(state: ClientState) => void>();
  readonly client = {
    subscribe: (listener: (state: ClientState) => void) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
  } as unknown as VoiceClientApi;

  constructor() {
    Object.defineProperty(this.client, 'state', { get: () => this.state });
  }

  enter(channelId: string): void {
    this.state = { ...this.state, channelId };
    for (const listener of this.listeners) listener(this.state);
  }
}

describe('watchCall', () => {
  let listeners: Set<(state: CallState) => void>;
  let state: CallState;
  let calls: Calls;
  let seen: (string | null | undefined)[];
  let stop: () => void;

  const become = (next: CallState): void => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const open = ({ client }: Spoken): void => become({ status: 'open', bookmark, client });

  beforeEach(() => {
    listeners = new Set();
    state = { status: 'none' };
    calls = {
      get state() {
        return state;
      },
      subscribe: (listener: (next: CallState) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      connect: () => Promise.reject(new Error('nobody connects here')),
      disconnect: () => Promise.resolve(),
    };
    seen = [];
    stop = watchCall(calls, (call: OpenCall | undefined) =>
      seen.push(call === undefined ? undefined : call.state.channelId),
    );
  });

  it('tells at once, and of every change of the call and of its client', () => {
    const ada = new Spoken();
    expect(seen).toEqual([undefined]);
    open(ada);
    ada.enter('lobby');
    become({ status: 'none' });
    expect(seen).toEqual([undefined, null, 'lobby', undefined]);
    expect(openCall(calls)).toBeUndefined();
  });

  it('minds no client that is not the one of the call any more', () => {
    const [ada, bob] = [new Spoken(), new Spoken()];
    open(ada);
    open(bob);
    seen.length = 0;
    ada.enter('lobby');
    expect(seen).toEqual([]);
    bob.enter('desk');
    expect(seen).toEqual(['desk']);
    expect(openCall(calls)?.state.channelId).toBe('desk');
    expect(ada.listeners.size).toBe(0);
  });

  it('ends with all it listens to', () => {
    const ada = new Spoken();
    open(ada);
    stop();
    expect(listeners.size + ada.listeners.size).toBe(0);
  });
});
