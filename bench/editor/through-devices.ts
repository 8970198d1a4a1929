import { EditorPerson } from '../../e2e/editor/harness/editor-person.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { SoundCard } from '../../e2e/harness/sound-card.ts';
import type { BenchPart, Run } from '../report.ts';
import { median, percentile } from '../statistics.ts';
import { summaryOf, type HeardClick } from '../talk/clicks.ts';
import { nativeClicks } from '../talk/native-clicks.ts';
import { DeviceLoop } from './device-loop.ts';
import { clicksBetween, LostClicks } from './sound-clicks.ts';

const RUNS = 5;
const TAKES = 4;

/**
 * From one's microphone to the other's loudspeaker, both at editors with devices of their own; in the same run the devices by
 * themselves, and the way between two engines without devices.
 */
export const throughDevices: BenchPart = {
  name: 'mouth-to-ear',
  async measure(log) {
    const loops = await deviceLoops(log);
    const editors = await editorClicks(log);
    const engines = (await nativeClicks(log)).map((clicks): TakenRun => ({ clicks, spoilt: [] }));
    const delays = (runs: readonly TakenRun[]): number[] =>
      runs.flatMap(({ clicks }) => clicks.map(({ delayMs }) => delayMs));
    const [loopMs, earMs, engineMs] = [loops, editors, engines].map(delays) as [number[], number[], number[]];
    return {
      figures: {
        deviceLoopMs: median(loopMs),
        mouthToEarMs: median(earMs),
        mouthToEarMsP99: percentile(earMs, 0.99),
        mouthToEarOverLoopMs: median(earMs) - median(loopMs),
        /** A frame of 20 ms, the codec, the jitter buffer, the network: what is added where devices cost nothing. */
        enginesMs: median(engineMs),
      },
      runs: [...runsOf('device loop', loops), ...runsOf('editors', editors), ...runsOf('engines', engines)],
    };
  },
};

interface TakenRun {
  readonly clicks: readonly HeardClick[];
  /** Takes before it in which not every click was heard. */
  readonly spoilt: readonly string[];
}

async function deviceLoops(log: (line: string) => void): Promise<TakenRun[]> {
  await using card = await SoundCard.start();
  const runs: TakenRun[] = [];
  for (let run = 1; run <= RUNS; run++) {
    await using _loop = await DeviceLoop.start(card);
    const taken = await take(() => clicksBetween(card, card));
    runs.push(taken);
    log(`devices by themselves, run ${run} of ${RUNS}: ${summaryOf(taken.clicks)}`);
  }
  return runs;
}

async function editorClicks(log: (line: string) => void): Promise<TakenRun[]> {
  await using server = await TestServer.start();
  await using ada = await EditorPerson.open('Ada');
  await using ben = await EditorPerson.open('Ben');
  for (const person of [ada, ben]) {
    await person.voice.addServer(server.url);
    await person.voice.join('Lobby');
  }
  const runs: TakenRun[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const [from, to] = run % 2 === 1 ? [ada, ben] : [ben, ada];
    const taken = await take(() => clicksBetween(from.card, to.card));
    runs.push(taken);
    log(`editors, run ${run} of ${RUNS}: ${summaryOf(taken.clicks)}`);
  }
  return runs;
}

/** Devices are real time: a machine that is held up loses clicks whatever the program does. What is wrong with it is wrong again. */
async function take(clicks: () => Promise<HeardClick[]>): Promise<TakenRun> {
  const spoilt: string[] = [];
  while (spoilt.length < TAKES) {
    try {
      return { clicks: await clicks(), spoilt };
    } catch (error) {
      if (!(error instanceof LostClicks)) throw error;
      spoilt.push(error.message);
    }
  }
  throw new Error(`In none of ${TAKES} takes every click was heard: ${spoilt.join('; ')}`);
}

function runsOf(path: string, runs: readonly TakenRun[]): Run[] {
  return runs.map(({ clicks, spoilt }, i) => ({
    path,
    run: i + 1,
    delaysMs: clicks.map(({ delayMs }) => Math.round(delayMs * 10) / 10),
    spoilt,
  }));
}
