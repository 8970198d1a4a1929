import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BrowserPerson } from '../../e2e/harness/browser.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { WavFolder } from '../../e2e/harness/wavs.ts';
import { clickedSpeech, delaysOf, summaryOf, type HeardClick } from './clicks.ts';
import { ensureSounding, heardInPage, listenInPage, sayInPage } from './page-sound.ts';

/** The pages are loaded anew for each: when their devices ask for sound is chance. */
const RUNS = 8;
/** Joining keeps the machine busy: it is not what is measured here. */
const SETTLE_MS = 1_000;
/** What is still on its way after the last click. */
const AFTERWARDS_MS = 700;

const LOOP_RUNS = 3;

interface PageClicks {
  readonly clicks: readonly HeardClick[];
  /** What the browser says that its device's buffers hold; part of each delay. */
  readonly outputLatencyMs: number;
}

interface PagePaths {
  /** Two pages in a browser each, over WebSockets through the server. */
  readonly pages: readonly PageClicks[];
  /** The browser's own part: microphone to loudspeaker within one page, with nothing of ours between. */
  readonly loop: readonly PageClicks[];
}

export async function pageClicks(log: (line: string) => void): Promise<PagePaths> {
  using wavs = new WavFolder();
  await using server = await TestServer.start();
  await using ada = await BrowserPerson.open('Ada', wavs.silence());
  await using ben = await BrowserPerson.open('Ben', wavs.silence());
  await Promise.all([ensureSounding(ada.page), ensureSounding(ben.page)]);
  const loop: PageClicks[] = [];
  for (let run = 0; run < LOOP_RUNS; run++) {
    await looped(ada.page, server.url);
    const heard = await clicksBetween(ada.page, ada.page);
    loop.push(heard);
    log(`one page by itself, run ${run + 1} of ${LOOP_RUNS}: ${summaryOf(heard.clicks)}`);
  }
  const pages: PageClicks[] = [];
  for (let run = 0; run < RUNS; run++) {
    await ben.join(server.url, 'Lobby');
    await ada.join(server.url, 'Lobby');
    const heard = await clicksBetween(ada.page, ben.page);
    pages.push(heard);
    log(`pages, run ${run + 1} of ${RUNS}: ${summaryOf(heard.clicks)}`);
  }
  return { pages, loop };
}

async function clicksBetween(speaker: Page, listener: Page): Promise<PageClicks> {
  const speech = clickedSpeech();
  await sleep(SETTLE_MS);
  await listenInPage(listener);
  const saidAtMs = await sayInPage(speaker, speech.sound);
  await sleep(AFTERWARDS_MS);
  const { samples, clock, outputLatencyMs } = await heardInPage(listener);
  return { clicks: delaysOf(speech, saidAtMs, samples, clock), outputLatencyMs };
}

/** Leads the page's microphone straight to its loudspeaker. */
async function looped(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(async () => {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    const audio = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
    audio.createMediaStreamSource(microphone).connect(audio.destination);
  });
}
