import { median } from '../statistics.ts';
import type { Run } from '../report.ts';
import { itemAt } from './item-at.ts';
import { LoadGenerator } from './load/load-generator.ts';
import type { LoadPlan, LoadResult } from './load/load.ts';
import type { Target, TargetName } from './target.ts';

const WARM_UP_SECONDS = 3;
/** So lively that code which is compiled as it runs is compiled by then, as in a server that has been up for a day. */
const WARM_UP_PACKETS_PER_FRAME = 800;

/** So many members in one room, of whom so many talk. */
export interface Point {
  readonly members: number;
  readonly talkers: number;
}

/** One run of one server, with what is computed from it. */
export interface Measurement extends Point, LoadResult {
  readonly target: TargetName;
  readonly serverCpuUsPerPacket: number;
  readonly deliveredPerSecond: number;
  /** 0..1 of what should have been delivered. */
  readonly loss: number;
  /** Of one core. */
  readonly loadCpuShare: number;
}

export function measurementOf(target: TargetName, point: Point, result: LoadResult): Measurement {
  const { delivered, lost, serverCpuUs, loadCpuUs, seconds } = result;
  return {
    target,
    ...point,
    ...result,
    serverCpuUsPerPacket: serverCpuUs / delivered,
    deliveredPerSecond: delivered / seconds,
    loss: lost / (delivered + lost),
    loadCpuShare: loadCpuUs / 1e6 / seconds,
  };
}

/** One run, with a server of its own. @throws Error with the server's last words if anything went wrong. */
export function measure(target: Target, point: Point, seconds: number, seed: number): Promise<Measurement> {
  return withRoom(target, point.members, async (load, serverPid) => {
    const plan = { talkers: point.talkers, seconds, warmUp: warmUpOf(point), seed, serverPid };
    return measurementOf(target.name, point, await load.measure(plan));
  });
}

function warmUpOf({ members }: Point): LoadPlan['warmUp'] {
  return { talkers: Math.min(members, Math.ceil(WARM_UP_PACKETS_PER_FRAME / members)), seconds: WARM_UP_SECONDS };
}

/** Starts a server, lets this many come into a room, and ends both. @throws Error with the server's last words if anything went wrong. */
export async function withRoom<T>(
  target: Target,
  members: number,
  use: (load: LoadGenerator, serverPid: number) => Promise<T>,
): Promise<T> {
  await using server = await target.start(members);
  try {
    await using load = await LoadGenerator.enter(server.entrance, members);
    return await use(load, server.pid);
  } catch (cause) {
    throw new Error(`A room of ${members} on ${target.name} went wrong. Its last words:\n${server.log.text}`, {
      cause,
    });
  }
}

/** Each run begins with another of them: none always has the machine as another left it. */
export function inTurns<T>(targets: readonly T[], run: number): readonly T[] {
  const first = run % targets.length;
  return [...targets.slice(first), ...targets.slice(0, first)];
}

/** The median of these runs of one server. @throws RangeError if there are none. */
export function medianOf(measurements: readonly Measurement[], key: MeasuredNumber): number {
  return median(measurements.map((measurement) => measurement[key]));
}

type MeasuredNumber = { [K in keyof Measurement]: Measurement[K] extends number ? K : never }[keyof Measurement];

export function asRun(measurement: Measurement, more: Run = {}): Run {
  return { ...measurement, ...more };
}

interface Column {
  readonly title: string;
  readonly key: MeasuredNumber;
  readonly digits: number;
  readonly scale?: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'in', key: 'packetsIn', digits: 0 },
  { title: 'delivered', key: 'delivered', digits: 0 },
  { title: 'lost %', key: 'loss', digits: 2, scale: 100 },
  { title: 'packets/s', key: 'deliveredPerSecond', digits: 0 },
  { title: 'CPU µs', key: 'serverCpuUsPerPacket', digits: 2 },
  { title: 'RSS MiB', key: 'serverRssBytes', digits: 0, scale: 1 / 2 ** 20 },
  { title: 'p50 ms', key: 'addedMsP50', digits: 2 },
  { title: 'p99 ms', key: 'addedMsP99', digits: 2 },
  { title: 'load CPU %', key: 'loadCpuShare', digits: 0, scale: 100 },
];

/** Medians, a line for each point and server. */
export function table(measurements: readonly Measurement[]): string {
  const groups = Map.groupBy(measurements, ({ members, talkers, target }) => `${members}/${talkers}|${target}`);
  const rows = [...groups].map(([name, runs]) => [
    ...name.split('|'),
    ...COLUMNS.map(({ key, digits, scale = 1 }) =>
      (medianOf(runs, key) * scale).toLocaleString('en', {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
    ),
  ]);
  const titles = ['N/talkers', 'server', ...COLUMNS.map(({ title }) => title)];
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => itemAt(line, column).length)));
  const padded = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(itemAt(widths, column)) : cell.padStart(itemAt(widths, column));
  return lines.map((line) => line.map(padded).join('  ')).join('\n');
}
