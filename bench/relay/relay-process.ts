/** The server's relay as built, with nothing of the server around it: its CPU time is then the relay's. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { ThreadedVoiceRelay } from '@switchboard/server/relay';
import { accessLibc, lastError, SO_RCVBUF, SOL_SOCKET } from '../../server/relay/sockets/libc.ts';
import { answerCommands } from './child.ts';
import type { RelayProcessAnswer, RelayProcessCommand } from './relay-messages.ts';

let relay: ThreadedVoiceRelay | undefined;

answerCommands(async (command: RelayProcessCommand): Promise<RelayProcessAnswer> => {
  if (command.type === 'start') {
    const started = new ThreadedVoiceRelay(command.options);
    await started.start();
    setReceiveBuffers(command.receiveBufferBytes);
    relay = started;
    return { type: 'started', port: started.port };
  }
  if (relay === undefined) throw new Error('The relay is not started');
  switch (command.type) {
    case 'open':
      for (const session of command.sessions) relay.open(session);
      return { type: 'done' };
    case 'close':
      for (const token of command.tokens) relay.close(token);
      return { type: 'done' };
    case 'report':
      return { type: 'report', report: await relay.report() };
  }
});

/** Gives the UDP sockets of this process the receive buffer that every target has; by default they are larger. */
function setReceiveBuffers(bytes: number): void {
  const access = accessLibc();
  if ('unavailable' in access) throw new Error(access.unavailable);
  const { libc } = access;
  // The kernel doubles what it is asked for.
  const half = Buffer.alloc(4);
  half.writeInt32LE(bytes / 2);
  for (const fd of udpSockets()) {
    if (libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, half, half.length) < 0) throw lastError(libc, 'setsockopt');
  }
}

/** Their descriptors: a link of /proc names a socket's inode, and a table which of those are UDP (man 5 proc). */
function udpSockets(): number[] {
  const inodes = new Set(
    ['/proc/self/net/udp', '/proc/self/net/udp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[9]),
    ),
  );
  const found = readdirSync('/proc/self/fd').filter((fd) => inodes.has(inodeOf(fd)));
  if (found.length === 0) throw new Error('The relay has no UDP socket');
  return found.map(Number);
}

/** Undefined for what is no socket, and for a descriptor that is closed by now. */
function inodeOf(fd: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
