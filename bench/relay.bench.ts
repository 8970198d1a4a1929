/**
 * `npm run bench -- relay`: what the relay costs beside mumble-server and a C program that makes the same checks, in one run.
 * docs/benchmarks.md says what each figure includes. Besides the common options: `--seconds N` of each run, `--runs N` of each point.
 */

import { accessLibc } from '../server/relay/sockets/libc.ts';
import { FloorRelay } from './relay/floor-relay.ts';
import { highestRate } from './relay/highest-rate.ts';
import { findMumbleServer } from './relay/mumble/mumble-server.ts';
import { takeRelayOptions, type RelayBenchOptions } from './relay/options.ts';
import { rooms } from './relay/rooms.ts';
import { switchboardRelay } from './relay/switchboard-relay.ts';
import { runBenchmark } from './report.ts';

const access = accessLibc();
if ('unavailable' in access) {
  console.error(`The load needs batched system calls: ${access.unavailable}.`);
  process.exitCode = 1;
} else {
  try {
    await run(...takeRelayOptions(process.argv.slice(2)));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

async function run(options: RelayBenchOptions, args: readonly string[]): Promise<void> {
  using floor = FloorRelay.compile();
  const mumble = findMumbleServer();
  if (mumble === undefined) console.error('There is no mumble-server here (apt-get install mumble-server): left out.');
  if (floor === undefined) console.error('There is no C compiler here (cc): the floor is left out.');
  const targets = [switchboardRelay('batched'), switchboardRelay('portable'), mumble, floor].filter(
    (target) => target !== undefined,
  );
  await runBenchmark('relay', [rooms(targets, options), highestRate(targets, options)], args);
}
