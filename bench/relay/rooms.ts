import type { BenchPart, Figures } from '../report.ts';
import { asRun, inTurns, measure, medianOf, table, type Measurement, type Point } from './measurement.ts';
import type { RelayBenchOptions } from './options.ts';
import type { Target, TargetName } from './target.ts';

/** A conversation: few talk at a time. */
const ROOMS: readonly Point[] = [
  { members: 10, talkers: 1 },
  { members: 50, talkers: 2 },
  { members: 100, talkers: 3 },
  { members: 200, talkers: 2 },
];
/** Everyone at once. */
const CROWD: Point = { members: 100, talkers: 40 };
/** In smaller ones what a packet costs once weighs more than what each listener costs. */
const MANY_LISTENERS = 50;

/** What a delivered packet costs each server, in rooms of different sizes. */
export function rooms(targets: readonly Target[], { seconds, runs }: RelayBenchOptions): BenchPart {
  return {
    name: 'rooms',
    async measure(log) {
      const measurements: Measurement[] = [];
      const records = [];
      for (let run = 0; run < runs; run++) {
        for (const point of [...ROOMS, CROWD]) {
          for (const target of inTurns(targets, run)) {
            const measurement = await measure(target, point, seconds, run + 1);
            measurements.push(measurement);
            records.push(asRun(measurement, { run: run + 1 }));
            const { members, talkers, serverCpuUsPerPacket, loss } = measurement;
            const cost = `${serverCpuUsPerPacket.toFixed(2)} µs a packet, ${(loss * 100).toFixed(2)} % lost`;
            log(`run ${run + 1} of ${runs}, ${members} members, ${talkers} talking, ${target.name}: ${cost}`);
          }
        }
      }
      log(`medians\n${table(measurements)}`);
      return { figures: figuresOf(measurements), runs: records };
    },
  };
}

function figuresOf(measurements: readonly Measurement[]): Figures {
  const ratio = (point: Point, one: TargetName, other: TargetName): number | undefined => {
    const [ours, theirs] = [one, other].map((target) => runsOf(measurements, point, target)) as [
      Measurement[],
      Measurement[],
    ];
    if (ours.length === 0 || theirs.length === 0) return undefined;
    return medianOf(ours, 'serverCpuUsPerPacket') / medianOf(theirs, 'serverCpuUsPerPacket');
  };
  const large = ROOMS.filter(({ members }) => members >= MANY_LISTENERS);
  const figures: [string, number | undefined][] = [];
  for (const point of large) figures.push([`cpuVsFloorN${point.members}`, ratio(point, 'batched', 'floor')]);
  for (const point of ROOMS) figures.push([`cpuVsMumbleN${point.members}`, ratio(point, 'batched', 'mumble')]);
  figures.push([`cpuVsMumbleN${CROWD.members}S${CROWD.talkers}`, ratio(CROWD, 'batched', 'mumble')]);
  // The worst of them.
  const portable = large.map((point) => ratio(point, 'portable', 'batched')).filter((value) => value !== undefined);
  figures.push(['portableVsBatched', portable.length === 0 ? undefined : Math.max(...portable)]);
  return Object.fromEntries(figures.filter((figure): figure is [string, number] => figure[1] !== undefined));
}

function runsOf(measurements: readonly Measurement[], point: Point, target: TargetName): Measurement[] {
  return measurements.filter(
    (run) => run.members === point.members && run.talkers === point.talkers && run.target === target,
  );
}
