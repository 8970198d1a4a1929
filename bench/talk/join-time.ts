import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BrowserPerson } from '../../e2e/harness/browser.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { WavFolder } from '../../e2e/harness/wavs.ts';
import { dbfsToAmplitude } from '../../client/audio/frame.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';
import { breath } from './clicks.ts';
import { NativePerson } from './native-person.ts';
import { ensureSounding, heardInPage, listenInPage } from './page-sound.ts';

const RUNS = 7;
/** Longer than any join that is no failure. */
const LISTEN_MS = 4_000;
/** Someone who speaks loudly and does not pause, so that nobody waits for a word. */
const SPEECH_DBFS = -20;
const AUDIBLE = dbfsToAmplitude(-40);

/**
 * From the click on a channel to the first audible sample of someone who is speaking in there. The page is loaded, connected and
 * idle; the engine with its codec, the microphone and the loudspeaker are not there yet. A new browser each time.
 */
export const joinTime: BenchPart = {
  name: 'join',
  async measure(log) {
    using wavs = new WavFolder();
    const microphone = wavs.silence();
    await using server = await TestServer.start();
    await using speaker = await NativePerson.join(server.url, 'Cleo');
    const runs: Run[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const speaking = speaker.say(breath(30, SPEECH_DBFS));
      const ms = await joinedAndHeard(server, microphone);
      runs.push({ run, ms });
      log(`run ${run} of ${RUNS}`);
      speaker.fallSilent();
      await speaking;
    }
    return { figures: { joinToHeardMs: median(runs.map(({ ms }) => Number(ms))) }, runs };
  },
};

async function joinedAndHeard(server: TestServer, microphone: string): Promise<number> {
  await using person = await BrowserPerson.open('Ada', microphone);
  const { page } = person;
  await ensureSounding(page);
  await noteClicks(page);
  await page.goto(server.url);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  const channel = page.getByRole('treeitem', { name: /^Lobby/ });
  await channel.waitFor();
  await page.waitForLoadState('networkidle');
  await listenInPage(page);
  await channel.click();
  const clickedAtMs = await clickTime(page);
  await sleep(LISTEN_MS);
  const { samples, clock } = await heardInPage(page);
  const first = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  if (first < 0) throw new Error(`Nobody was heard within ${LISTEN_MS} ms`);
  if (first === 0) throw new Error('Sound was there before the ear was');
  return clock(first) - clickedAtMs;
}

interface ClickedWindow {
  __clickedAtMs?: number;
}

/** Notes when the input device said that there was a click, by the wall clock. */
async function noteClicks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const note = ({ timeStamp }: PointerEvent): void => {
      (window as ClickedWindow).__clickedAtMs = Date.now() - performance.now() + timeStamp;
    };
    addEventListener('pointerdown', note, { capture: true });
  });
}

async function clickTime(page: Page): Promise<number> {
  const atMs = await page.evaluate(() => (window as ClickedWindow).__clickedAtMs);
  if (atMs === undefined) throw new Error('The click did not reach the page');
  return atMs;
}
