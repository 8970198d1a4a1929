import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { EditorPerson } from '../../e2e/editor/harness/editor-person.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { dbfsToAmplitude } from '../../client/audio/frame.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';
import { breath, type SampleClock } from '../talk/clicks.ts';
import { NativePerson } from '../talk/native-person.ts';

const RUNS = 7;
/** Longer than any join that is no failure. */
const LISTEN_S = 4;
/** People who speak loudly and do not pause, so that nobody waits for a word. */
const SPEECH_DBFS = -20;
const AUDIBLE = dbfsToAmplitude(-40);
const SPEECH_S = 12;

/**
 * From the click on a room in the tree to the first audible sample of somebody who speaks in there, at the loudspeaker; and to the
 * first sample of oneself at the loudspeaker of the other. The window is connected; the engine's process, the microphone and the
 * loudspeaker are not there yet. The window is loaded anew for each.
 */
export const clickTime: BenchPart = {
  name: 'click',
  async measure(log) {
    await using server = await TestServer.start();
    await using ben = await NativePerson.join(server.url, 'Ben');
    await using ada = await EditorPerson.open('Ada');
    await noteClicks(ada.voice.window.page);
    await ada.voice.addServer(server.url);
    await ada.voice.window.row('Lobby').waitFor();
    const runs: Run[] = [];
    for (let run = 1; run <= RUNS; run++) {
      await ada.voice.window.reload();
      // The server, by which one connects.
      await ada.voice.window.row(/./).first().click();
      const { heardMs, beHeardMs } = await joined(ada, ben);
      runs.push({ run, heardMs, beHeardMs });
      log(`run ${run} of ${RUNS}: heard after ${heardMs.toFixed(0)} ms, was heard after ${beHeardMs.toFixed(0)} ms`);
    }
    return {
      figures: {
        clickToHeardMs: median(runs.map(({ heardMs }) => Number(heardMs))),
        clickToBeHeardMs: median(runs.map(({ beHeardMs }) => Number(beHeardMs))),
      },
      runs,
    };
  },
};

async function joined(ada: EditorPerson, ben: NativePerson): Promise<{ heardMs: number; beHeardMs: number }> {
  const room = ada.voice.window.row('Lobby');
  await room.waitFor();
  const heard = await ada.card.record();
  const said = ben.say(breath(SPEECH_S, SPEECH_DBFS));
  const saying = ada.card.play(breath(SPEECH_S, SPEECH_DBFS));
  // Until what she says has reached her microphone.
  await sleep(500);
  const atBen = ben.listen();
  await room.click();
  const clickedAtMs = await lastClickMs(ada.voice.window.page);
  await heard.more(LISTEN_S);
  await heard.stop();
  const heardAtMs = firstAudible(heard.samples, (position) => heard.startedAtMs + position / 48);
  const beHeardAtMs = firstAudible(atBen.samples, atBen.clock);
  ada.card.hush();
  ben.fallSilent();
  await Promise.all([saying, said]);
  return { heardMs: heardAtMs - clickedAtMs, beHeardMs: beHeardAtMs - clickedAtMs };
}

function firstAudible(samples: Float32Array, clock: SampleClock): number {
  const first = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  if (first < 0) throw new Error(`Nobody was heard within ${LISTEN_S} s`);
  if (first === 0) throw new Error('Sound was there before the click');
  return clock(first);
}

interface ClickedWindow {
  __clickedAtMs?: number;
}

/** Notes when the input device said that there was a click, by the wall clock, from the next load on. */
async function noteClicks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const note = ({ timeStamp }: PointerEvent): void => {
      (window as ClickedWindow).__clickedAtMs = performance.timeOrigin + timeStamp;
    };
    addEventListener('pointerdown', note, { capture: true });
  });
}

/** By this process's `performance.now()`. */
async function lastClickMs(page: Page): Promise<number> {
  const atMs = await page.evaluate(() => (window as ClickedWindow).__clickedAtMs);
  if (atMs === undefined) throw new Error('The click did not reach the window');
  return atMs - performance.timeOrigin;
}
