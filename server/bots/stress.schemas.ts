import { id, MAX_STRESS_BOTS, MAX_STRESS_RAMP_S, MAX_STRESS_S, MIN_STRESS_S, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';

const whole = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer('a whole number'),
    v.minValue(min, `from ${min} to ${max}`),
    v.maxValue(max, `from ${min} to ${max}`),
  );
const figure = (description: string) => v.pipe(v.number(), v.description(description));

export const newStress = named(
  'NewStress',
  v.pipe(
    v.strictObject({
      bots: whole(1, MAX_STRESS_BOTS),
      talkers: v.pipe(whole(0, MAX_STRESS_BOTS), v.description('Of the bots, so many talk without a pause.')),
      channelId: v.pipe(id, v.description('One without a password, a required role, and a limit that they exceed.')),
      rampS: v.pipe(
        v.optional(whole(0, MAX_STRESS_RAMP_S), 5),
        v.description('Seconds within which the bots come in, one after the other.'),
      ),
      durationS: v.pipe(
        v.optional(whole(MIN_STRESS_S, MAX_STRESS_S), 60),
        v.description('Seconds until all leave, from the start.'),
      ),
      force: v.pipe(v.optional(v.boolean(), false), v.description('Even though other people are in rooms.')),
    }),
    v.check(({ bots, talkers }) => talkers <= bots, 'no more talkers than bots'),
  ),
);
export type NewStress = v.InferOutput<typeof newStress>;

const stressSample = named(
  'StressSample',
  v.object({
    at: timeMs,
    present: figure('Bots that are in the room and have a voice lane.'),
    sentPerS: figure('Packets that the bots sent.'),
    deliveredPerS: figure('Packets that reached bots.'),
    lossPct: figure('Packets lost on the way to the voice relay or from it, over the last seconds.'),
    delayP50Ms: figure('From sending to arrival, as the bots see it: median.'),
    delayP99Ms: figure('The same, 99th percentile.'),
    cpuPct: figure(
      'CPU of the voice relay’s threads, of one core; the same as `serverCpuPct` where the system does not tell.',
    ),
    serverCpuPct: figure('CPU of the whole process without the bots, of one core.'),
    botsCpuPct: figure('CPU of the bots’ own thread, of one core. Near 100 it is they who are at their limit.'),
    eventLoopDelayMs: figure('How late the server’s main thread was, 99th percentile.'),
  }),
);
export type StressSample = v.InferOutput<typeof stressSample>;

export const stress = named(
  'Stress',
  v.object({
    running: v.boolean(),
    bots: v.number(),
    talkers: v.number(),
    channelId: v.nullable(id),
    startedAt: v.nullable(timeMs),
    ended: v.pipe(v.nullable(v.string()), v.description('Why the last one ended, in a sentence.')),
    failed: v.pipe(v.number(), v.description('Bots that could not come in, or were thrown out.')),
    failure: v.pipe(v.nullable(v.string()), v.description('What was in the way of the first of them.')),
    opened: v.pipe(v.number(), v.description('Packets that bots opened and compared with what was said.')),
    wrong: v.pipe(v.number(), v.description('Of those, the ones that were something else: a fault of the server.')),
    history: v.pipe(
      v.array(stressSample),
      v.description('One a second, oldest first; of the last one until the next begins.'),
    ),
  }),
);
export type Stress = v.InferOutput<typeof stress>;
