/** The load, in a process of its own: it blocks its thread, and its CPU time is to be told from the benchmark's. */

import { accessLibc } from '../../../server/relay/sockets/libc.ts';
import { answerCommands } from '../child.ts';
import { MumbleAdapter } from '../mumble/mumble-adapter.ts';
import { HOST, type Entrance } from '../target.ts';
import type { LoadAdapter } from './adapter.ts';
import { ClientSockets } from './client-sockets.ts';
import { DirectPath } from './direct-path.ts';
import { Load } from './load.ts';
import type { LoadAnswer, LoadCommand } from './load-messages.ts';
import { SwitchboardAdapter } from './switchboard-adapter.ts';

let load: Load | undefined;

answerCommands(async (command: LoadCommand): Promise<LoadAnswer> => {
  if (command.type === 'enter') {
    load = await entered(command.entrance, command.members);
    return { type: 'entered' };
  }
  if (load === undefined) throw new Error('Nobody has come in yet');
  return { type: 'measured', result: load.measure(command.plan) };
});

async function entered(entrance: Entrance, members: number): Promise<Load> {
  const access = accessLibc();
  if ('unavailable' in access) throw new Error(`The load needs batched system calls: ${access.unavailable}`);
  const sockets = new ClientSockets(access.libc, members, HOST, entrance.port);
  const adapter = adapterFor(entrance);
  await adapter.join(sockets);
  return new Load(sockets, adapter, new DirectPath(access.libc));
}

function adapterFor(entrance: Entrance): LoadAdapter {
  return entrance.protocol === 'mumble' ? new MumbleAdapter(entrance.port) : new SwitchboardAdapter(entrance.members);
}
