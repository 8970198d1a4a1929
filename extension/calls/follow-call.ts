import type { ClientState } from '@switchboard/client';
import type { Calls, CallState } from './calls.ts';

/** Something that goes on until it is not wanted any more. */
export interface Closable {
  dispose(): void;
}

/** Calls whenever the call, or the state of its client, is another. */
export function onCallChange(calls: Calls, listener: (call: CallState) => void): Closable {
  let stopClient: () => void = () => undefined;
  const follow = (call: CallState): void => {
    stopClient();
    stopClient =
      call.status === 'connecting' || call.status === 'open'
        ? call.client.subscribe(() => listener(calls.state))
        : () => undefined;
  };
  const stop = calls.subscribe((call) => {
    follow(call);
    listener(call);
  });
  follow(calls.state);
  return {
    dispose() {
      stop();
      stopClient();
    },
  };
}

/** The state of the client, where there is one. */
export function clientStateOf(call: CallState): ClientState | undefined {
  return call.status === 'connecting' || call.status === 'open' ? call.client.state : undefined;
}
