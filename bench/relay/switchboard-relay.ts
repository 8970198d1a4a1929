import { makeMembers } from './members.ts';
import { RelayChild } from './relay-child.ts';
import type { RunningTarget, Target } from './target.ts';

/** One: mumble-server and the C relay have one for voice, too. */
const THREADS = 1;

/** This server's relay, with one of its sockets. */
export function switchboardRelay(socket: 'batched' | 'portable'): Target {
  return { name: socket, start: (count) => start(socket, count) };
}

async function start(socket: 'batched' | 'portable', count: number): Promise<RunningTarget> {
  const members = makeMembers(count);
  const child = await RelayChild.start(socket, THREADS);
  await child.open(members, 'lobby');
  return {
    pid: child.pid,
    entrance: { protocol: 'switchboard', port: child.port, members },
    log: child.log,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
