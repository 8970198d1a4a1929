import type { BenchPart, Run } from '../report.ts';
import { asRun, inTurns, measure, measurementOf, medianOf, table, withRoom, type Measurement } from './measurement.ts';
import type { RelayBenchOptions } from './options.ts';
import { nextTry, startSearch, type RateSearch } from './rate-search.ts';
import type { Target, TargetName } from './target.ts';

const MEMBERS = 200;
const FIRST_TRY = 20;
const MAX_LOSS = 0.01;
/** Of one try; a queue that grows is full long before. */
const TRY_SECONDS = 4;
/** One that fails gets another chance: what else the machine does for 50 ms is no limit of the server. */
const ATTEMPTS = 2;
const TRY_WARM_UP_SECONDS = 0.5;

/** How much each server delivers with less than 1 % lost, and how late that is; then at half of what the peer can do. */
export function highestRate(targets: readonly Target[], { seconds, runs }: RelayBenchOptions): BenchPart {
  return {
    name: 'rate',
    async measure(log) {
      const records: Run[] = [];
      const highest: Measurement[] = [];
      for (let run = 0; run < runs; run++) {
        for (const target of inTurns(targets, run)) {
          const tries = await search(target, Math.min(seconds, TRY_SECONDS), run + 1);
          records.push(...tries.map((tried) => asRun(tried, { run: run + 1, step: 'search' })));
          const best = bestOf(tries);
          highest.push(best);
          const rate = `${Math.round(best.deliveredPerSecond)} packets/s, p99 ${best.addedMsP99.toFixed(2)} ms`;
          log(`run ${run + 1} of ${runs}, ${target.name}: ${best.talkers} talking, ${rate}`);
        }
      }
      log(`highest rates\n${table(highest)}`);

      const mumble = of('mumble', highest);
      const batched = of('batched', highest);
      const figures = {
        maxRate: medianOf(batched, 'deliveredPerSecond'),
        maxRateAddedP99Ms: medianOf(batched, 'addedMsP99'),
      };
      if (mumble.length === 0) return { figures, runs: records };

      const half = Math.max(1, Math.round(medianOf(mumble, 'talkers') / 2));
      const halves: Measurement[] = [];
      for (let run = 0; run < runs; run++) {
        for (const target of inTurns(targets, run)) {
          const measurement = await measure(target, { members: MEMBERS, talkers: half }, seconds, run + 1);
          halves.push(measurement);
          records.push(asRun(measurement, { run: run + 1, step: 'half of the highest rate of mumble-server' }));
        }
        log(`run ${run + 1} of ${runs} with ${half} talking`);
      }
      log(`at half of the highest rate of mumble-server\n${table(halves)}`);
      return {
        figures: {
          ...figures,
          mumbleMaxRate: medianOf(mumble, 'deliveredPerSecond'),
          maxRateVsMumble: figures.maxRate / medianOf(mumble, 'deliveredPerSecond'),
          addedP99MsHalfRate: medianOf(of('batched', halves), 'addedMsP99'),
        },
        runs: records,
      };
    },
  };
}

function of(target: TargetName, measurements: readonly Measurement[]): readonly Measurement[] {
  return measurements.filter((measurement) => measurement.target === target);
}

/** All tries, with the same members. */
function search(target: Target, seconds: number, seed: number): Promise<Measurement[]> {
  return withRoom(target, MEMBERS, async (load, serverPid) => {
    const tries: Measurement[] = [];
    let state: RateSearch = startSearch(FIRST_TRY, MEMBERS);
    while (state.state === 'searching') {
      const talkers = state.trying;
      const plan = { talkers, seconds, warmUp: { talkers, seconds: TRY_WARM_UP_SECONDS }, seed, serverPid };
      const point = { members: MEMBERS, talkers };
      let passes = false;
      for (let attempt = 0; attempt < ATTEMPTS && !passes; attempt++) {
        const tried = measurementOf(target.name, point, await load.measure(plan));
        tries.push(tried);
        passes = tried.loss < MAX_LOSS;
      }
      state = nextTry(state, passes);
    }
    return tries;
  });
}

/** @throws Error if none lost less than 1 %. */
function bestOf(tries: readonly Measurement[]): Measurement {
  const passed = tries.filter(({ loss }) => loss < MAX_LOSS);
  const best = passed.toSorted((a, b) => b.talkers - a.talkers)[0];
  if (best === undefined) throw new Error(`${tries[0]?.target ?? 'A server'} loses packets of a single talker`);
  return best;
}
