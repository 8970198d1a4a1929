import type { Calls } from './calls.ts';

/** Waits for the end of what is connecting. @returns whether it has come about */
export async function connected(calls: Calls): Promise<boolean> {
  const { state } = calls;
  if (state.status !== 'connecting') return state.status === 'open';
  return new Promise((resolve) => {
    const stop = calls.subscribe((next) => {
      stop();
      resolve(next.status === 'open' && next.client === state.client);
    });
  });
}
