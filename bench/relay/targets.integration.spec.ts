import { describe, expect, it } from 'vitest';
import { accessLibc } from '../../server/relay/sockets/libc.ts';
import { FloorRelay } from './floor-relay.ts';
import { measure } from './measurement.ts';
import { findMumbleServer } from './mumble/mumble-server.ts';

const POINT = { members: 5, talkers: 2 };
const SECONDS = 0.4;
/** 20 rounds of two talkers, to four listeners. */
const DELIVERED = 160;

describe.skipIf('unavailable' in accessLibc())('what the relay is measured beside', () => {
  using floor = FloorRelay.compile();
  const mumble = findMumbleServer();

  it.skipIf(floor === undefined)('the C relay forwards what the load says', async () => {
    using compiled = FloorRelay.compile();
    expect(await measure(compiled!, POINT, SECONDS, 1)).toMatchObject({ delivered: DELIVERED, lost: 0 });
  });

  it.skipIf(mumble === undefined)('mumble-server lets the load in and forwards what it says', async () => {
    expect(await measure(mumble!, POINT, SECONDS, 1)).toMatchObject({ delivered: DELIVERED, lost: 0 });
  });
});
