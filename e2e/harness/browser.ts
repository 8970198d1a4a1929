import type { VoiceClientApi } from '@switchboard/client';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { ensureTapped, recordPage } from './page-tap.ts';
import type { TestServer } from './server.ts';
import type { Listener, Take } from './takes.ts';

export interface BrowserOptions {
  /** What there is to speak into: the WAV, or one that the person refuses to the page, or none at all. */
  readonly microphone?: 'wav' | 'refused' | 'missing';
  /** Sound waits for the person's first click or key, as it does in browsers that are not started by a test. */
  readonly soundWaits?: boolean;
  /** The server whose scripts the page has, if it is not the server's own page. */
  readonly embeds?: TestServer;
}

const ASKS_NOBODY = '--use-fake-ui-for-media-stream';
const FAKE_MICROPHONE = '--use-fake-device-for-media-stream';
const SOUND_AT_ONCE = '--autoplay-policy=no-user-gesture-required';
const SOUND_WAITS = '--autoplay-policy=document-user-activation-required';
/** Longer than any stall of a machine that is fit to run this: who waits so long waits for what does not come. */
const WAIT_LIMIT_MS = 60_000;
/** Names no sound server and no card, so that a machine that has them is like one without. */
const NO_DEVICES = {
  PULSE_SERVER: 'unix:/nonexistent',
  ALSA_CONFIG_PATH: '/dev/null',
  PIPEWIRE_RUNTIME_DIR: '/nonexistent',
};

function launchArgs(microphoneWav: string, { microphone = 'wav', soundWaits = false }: BrowserOptions): string[] {
  const args = CHROMIUM_ARGS.map((arg) => (arg === SOUND_AT_ONCE && soundWaits ? SOUND_WAITS : arg));
  switch (microphone) {
    case 'wav':
      return [...args, `--use-file-for-fake-audio-capture=${microphoneWav}`];
    case 'refused':
      return args.map((arg) => (arg === ASKS_NOBODY ? `${ASKS_NOBODY}=deny` : arg));
    case 'missing':
      return args.filter((arg) => arg !== FAKE_MICROPHONE);
  }
}

/** A person at a browser: one Chromium whose microphone is a WAV, and one page of it. */
export class BrowserPerson implements Listener, AsyncDisposable {
  readonly nickname: string;
  readonly page: Page;
  readonly problems: string[] = [];
  readonly #browser: Browser;

  private constructor(nickname: string, browser: Browser, page: Page) {
    this.nickname = nickname;
    this.#browser = browser;
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  /** `microphoneWav` is a file that is played over and over; the fake device of Chromium reads it in real time. */
  static async open(nickname: string, microphoneWav: string, options: BrowserOptions = {}): Promise<BrowserPerson> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      args: launchArgs(microphoneWav, options),
      ...(options.microphone === 'missing' ? { env: { ...process.env, ...NO_DEVICES } } : {}),
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(WAIT_LIMIT_MS);
    await ensureTapped(context, options.embeds?.url);
    return new BrowserPerson(nickname, browser, await context.newPage());
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Opens the server's page, gives the nickname and goes into the channel, by the controls that people use. */
  async join(serverUrl: string, channel: string): Promise<void> {
    await this.page.goto(`${serverUrl}/`);
    await this.enter(channel);
  }

  async enter(channel: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Nickname' }).fill(this.nickname);
    await this.page.getByRole('button', { name: 'Join', exact: true }).click();
    await this.page.getByRole('treeitem', { name: new RegExp(`^${channel}`) }).click();
    await this.connected();
  }

  /** Waits until voice has a lane. */
  async connected(): Promise<void> {
    await this.page.getByRole('button', { name: /^Connection: (poor|fair|good|excellent)/ }).waitFor();
  }

  /** Waits until it shows that the server is gone: from then on, nothing that it shows of a call is of the one before. */
  async reconnecting(): Promise<void> {
    await this.page
      .getByText(/Reconnecting/)
      .first()
      .waitFor();
  }

  async mute(): Promise<void> {
    await this.page.getByRole('button', { name: 'Mute', exact: true, pressed: false }).click();
    await this.page.getByRole('button', { name: 'Mute', exact: true, pressed: true }).waitFor();
  }

  async unmute(): Promise<void> {
    await this.page.getByRole('button', { name: 'Mute', exact: true, pressed: true }).click();
  }

  async deafen(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deafen', exact: true, pressed: false }).click();
    await this.page.getByRole('button', { name: 'Deafen', exact: true, pressed: true }).waitFor();
  }

  async undeafen(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deafen', exact: true, pressed: true }).click();
  }

  /** Someone in the channel tree. */
  member(nickname: string): Locator {
    return this.page.getByRole('treeitem', { name: new RegExp(`^${nickname}\\b`) });
  }

  /** The same, while a ring shows that they speak. */
  speaker(nickname: string): Locator {
    return this.page.getByRole('treeitem', { name: new RegExp(`^${nickname}\\b.*speaking`) });
  }

  async say(text: string): Promise<void> {
    const box = this.page.getByRole('textbox', { name: /^Message / });
    await box.fill(text);
    await box.press('Enter');
  }

  /** A message of the chat, once it is stored. */
  message(text: string): Locator {
    return this.page.getByRole('log').locator('[part~="message"]').filter({ hasText: text });
  }

  /** The texts of the chat, top to bottom. */
  async messages(): Promise<string[]> {
    return this.page.getByRole('log').locator('[part~="text"]').allInnerTexts();
  }

  /** What comes out of the speakers during `seconds`, mono at 48 kHz. */
  async record(seconds: number): Promise<Float32Array> {
    return (await this.take(seconds)).samples;
  }

  async take(seconds: number): Promise<Take> {
    const take = await recordPage(this.page, seconds);
    return { ...take, figures: await this.#figures() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  /** What its own button for the quality of the connection knows. */
  async #figures(): Promise<unknown> {
    type VoiceQuality = HTMLElement & { readonly client: VoiceClientApi | null };
    const [figures = null] = await this.page
      .locator('voice-quality')
      .evaluateAll((found) => found.map((element) => (element as VoiceQuality).client?.state.stats ?? null));
    return figures;
  }
}
