import * as v from 'valibot';
import { named } from '../api/named.ts';
import { wholeNumber } from '../api/query-values.ts';

const figure = (description: string) => v.pipe(v.number(), v.description(description));

/** What one look at the server found; rates are of the 5 s before. */
const SAMPLE = {
  at: figure('Milliseconds since 1970.'),
  people: figure('Who is here.'),
  inRooms: figure('Of them, in a room.'),
  speaking: figure('Of them, speaking.'),
  packetsInPerS: figure('Voice packets accepted.'),
  packetsOutPerS: figure('Copies handed to listeners.'),
  bytesPerS: figure('Voice, in and out, without IP and UDP.'),
  dropsPerS: figure('Voice packets and copies dropped.'),
  lossPct: v.pipe(
    v.nullable(v.number()),
    v.description('The mean of what clients in rooms reported last; null where none did.'),
  ),
  cpuPct: figure('CPU of the process with its threads; 100 is one core.'),
  rssBytes: figure('Memory of the process.'),
  eventLoopDelayMs: figure('How late the main event loop was, 99th percentile.'),
};

export const statsView = named(
  'Stats',
  v.object({
    ...SAMPLE,
    dropsByReason: v.pipe(
      v.record(v.string(), v.number()),
      v.description('Voice packets and copies dropped since the voice relay was started, by reason.'),
    ),
    uptimeS: figure('Seconds since the process was started.'),
    version: v.string(),
  }),
);
export type StatsView = v.InferOutput<typeof statsView>;

export type Sample = Pick<StatsView, keyof typeof SAMPLE>;

const series = v.array(v.number());

export const statsHistoryView = named(
  'StatsHistory',
  v.object({
    intervalMs: v.pipe(v.number(), v.description('The time between two samples.')),
    at: series,
    people: series,
    inRooms: series,
    speaking: series,
    packetsInPerS: series,
    packetsOutPerS: series,
    bytesPerS: series,
    dropsPerS: series,
    lossPct: v.array(v.nullable(v.number())),
    cpuPct: series,
    rssBytes: series,
    eventLoopDelayMs: series,
  }),
);
export type StatsHistoryView = v.InferOutput<typeof statsHistoryView>;

export const historyQuery = v.strictObject({ minutes: v.optional(wholeNumber(1, 60), '60') });
