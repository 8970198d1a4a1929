import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer } from '../../e2e/harness/server.ts';
import { clickedSpeech, delaysOf, summaryOf, type HeardClick } from './clicks.ts';
import { NativePerson } from './native-person.ts';

/** The two devices beat at another distance in each run: how far apart they are is part of the delay, and chance. */
const RUNS = 8;
const FRAME_MS = 20;
/** What is still on its way after the last click. */
const AFTERWARDS_MS = 500;

/** Two native clients in this process, over UDP through the server. One array a run. */
export async function nativeClicks(log: (line: string) => void): Promise<HeardClick[][]> {
  await using server = await TestServer.start();
  const runs: HeardClick[][] = [];
  for (let run = 0; run < RUNS; run++) {
    await using ben = await NativePerson.join(server.url, 'Ben');
    await using ada = await NativePerson.join(server.url, 'Ada', ((run + 0.5) * FRAME_MS) / RUNS);
    const speech = clickedSpeech();
    const heard = ben.listen();
    const said = await ada.say(speech.sound);
    await sleep(AFTERWARDS_MS);
    const delays = delaysOf(speech, said.clock, heard.samples, heard.clock);
    runs.push(delays);
    log(`native, run ${run + 1} of ${RUNS}: ${summaryOf(delays)}`);
  }
  return runs;
}
