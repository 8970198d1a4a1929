import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { accessLibc, type Libc } from '../../../server/relay/sockets/libc.ts';
import { HOST } from '../target.ts';
import type { LoadAdapter } from './adapter.ts';
import { ClientSockets } from './client-sockets.ts';
import { DirectPath } from './direct-path.ts';
import { Load, type LoadPlan, type LoadResult } from './load.ts';

const access = accessLibc();
const MEMBERS = 4;
const PLAN: LoadPlan = {
  talkers: 2,
  seconds: 0.4,
  warmUp: { talkers: 1, seconds: 0.1 },
  seed: 1,
  serverPid: process.pid,
};
/** 20 rounds of two talkers. */
const SAID = 40;

/** One byte says who it is from; then comes what is said, or nothing: a ping, and its answer. */
const PLAIN: LoadAdapter = {
  join: async (sockets) => {
    for (let client = 0; client < MEMBERS; client++) sockets.send(client, PLAIN.writePing(client, sockets.outgoing));
    while (sockets.received < MEMBERS) {
      await sleep(1);
      sockets.drain({ stride: () => 1, take: () => {} });
    }
  },
  writePing: (client, out) => {
    out[0] = client;
    return 1;
  },
  writeVoice: (client, _sequence, payload, out) => {
    out[0] = client;
    out.set(payload, 1);
    return 1 + payload.length;
  },
  open: (_client, packet) => (packet.length === 1 ? undefined : { speaker: packet[0]!, payload: packet.subarray(1) }),
};

/** In a thread, because the load blocks its own: what comes from one goes to all others, unless told otherwise. */
const RELAY = `
  const { createSocket } = require('node:dgram');
  const { parentPort, workerData: fault } = require('node:worker_threads');
  const clients = new Map();
  const socket = createSocket('udp4', (packet, from) => {
    if (packet.length === 1) {
      clients.set(packet[0], from);
      return socket.send(packet, from.port, from.address);
    }
    if (fault === 'changes a byte') packet[packet.length - 1] ^= 2;
    for (const [client, { port, address }] of clients) {
      const own = client === packet[0];
      if (fault === 'forgets a listener' && client === 3) continue;
      if (own && fault !== 'sends to the speaker too') continue;
      socket.send(packet, port, address);
      if (fault === 'sends twice') socket.send(packet, port, address);
    }
  });
  socket.bind(0, '${HOST}', () => parentPort.postMessage(socket.address().port));
`;

async function measuredWith(libc: Libc, fault: string): Promise<LoadResult> {
  const relay = new Worker(RELAY, { eval: true, workerData: fault });
  try {
    const [port] = (await once(relay, 'message')) as [number];
    using sockets = new ClientSockets(libc, MEMBERS, HOST, port);
    using direct = new DirectPath(libc);
    await PLAIN.join(sockets);
    return new Load(sockets, PLAIN, direct).measure(PLAN);
  } finally {
    await relay.terminate();
  }
}

describe.skipIf('unavailable' in access)('Load', () => {
  const measured = (fault: string): Promise<LoadResult> => {
    if ('unavailable' in access) throw new Error(access.unavailable);
    return measuredWith(access.libc, fault);
  };

  it('counts what each of the others heard, and looks at some of it', async () => {
    const result = await measured('none');
    expect(result).toMatchObject({ packetsIn: SAID, delivered: SAID * (MEMBERS - 1), lost: 0 });
    expect(result.samples).toBeGreaterThan(0);
    expect(result.serverCpuUs).toBeGreaterThan(0);
  });

  it('counts what was not heard', async () => {
    expect(await measured('forgets a listener')).toMatchObject({ packetsIn: SAID, lost: SAID });
  });

  it.each([
    ['changes a byte', 'was changed'],
    ['sends to the speaker too', 'heard itself'],
    ['sends twice', 'more were heard'],
  ])('fails with a relay that %s', async (fault, message) => {
    await expect(measured(fault)).rejects.toThrow(message);
  });
});
