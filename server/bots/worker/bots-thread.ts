import { parentPort, workerData } from 'node:worker_threads';
import { Bots } from './bots.ts';
import type { BotsCommand, BotsFigures, BotsSetup } from './bots-messages.ts';

/*
 * The entry of the thread in which the bots of a stress test live. Started with BotsSetup; tells BotsFigures once a second, and ends when
 * it is told BotsCommand `stop` and all bots have left.
 */

const INTERVAL_MS = 1_000;

if (parentPort === null) throw new Error('bots-thread.ts runs in a worker thread');
const server = parentPort;

const bots = await Bots.enter(workerData as BotsSetup);
const beat = setInterval(() => {
  server.postMessage(bots.figures() satisfies BotsFigures);
}, INTERVAL_MS);
server.on('message', (_stop: BotsCommand) => {
  clearInterval(beat);
  bots.leave();
  // What keeps the thread alive now are sockets that are being closed.
  server.close();
});
