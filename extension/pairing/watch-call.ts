import type { ClientState, VoiceClientApi } from '@switchboard/client';
import type { Calls } from '../calls/calls.ts';

/** The call of this window as long as it is open. */
export interface OpenCall {
  readonly client: VoiceClientApi;
  readonly state: ClientState;
}

/** Calls at once and after each change, with undefined while there is no call; the returned function stops it. */
export function watchCall(calls: Calls, listener: (call: OpenCall | undefined) => void): () => void {
  let client: VoiceClientApi | undefined;
  let stopClient = (): void => undefined;
  const follow = (): void => {
    const now = calls.state.status === 'open' ? calls.state.client : undefined;
    if (now !== client) {
      stopClient();
      client = now;
      stopClient = now?.subscribe(tell) ?? ((): void => undefined);
    }
    tell();
  };
  const tell = (): void => listener(client === undefined ? undefined : { client, state: client.state });
  const stopCalls = calls.subscribe(follow);
  follow();
  return () => {
    stopCalls();
    stopClient();
  };
}

/** The call as it is now; undefined without one. */
export function openCall({ state }: Calls): OpenCall | undefined {
  return state.status === 'open' ? { client: state.client, state: state.client.state } : undefined;
}
