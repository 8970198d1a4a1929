import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { TestServer } from './harness/server.ts';
import { WavFolder } from './harness/wavs.ts';

describe('chat beside the talk', () => {
  const wavs = new WavFolder();
  let server: TestServer;
  let ada: BrowserPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    server = await TestServer.start();
    const silence = wavs.silence();
    [ada, ben] = await Promise.all([BrowserPerson.open('Ada', silence), BrowserPerson.open('Ben', silence)]);
    await ada.join(server.url, 'Lobby');
    await ben.join(server.url, 'Lobby');
  });

  afterAll(async () => {
    await Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]);
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  it('arrives once and in order, on both sides', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `message ${String(i + 1)}`);
    for (const text of texts) await ada.say(text);
    await ben.message('message 20').waitFor();
    expect(await ben.messages()).toEqual(texts);
    expect(await ada.messages()).toEqual(texts);
  });

  it('is there after a reload', async () => {
    const before = await ben.messages();
    await ben.page.reload();
    await ben.enter('Lobby');
    await ben.message('message 20').waitFor();
    expect(await ben.messages()).toEqual(before);
  });

  it('arrives once when the server was killed while it was on its way', async () => {
    await server.stop('SIGKILL');
    await ada.say('said into the dark');
    await server.start();
    await ben.message('said into the dark').waitFor();
    await ada.message('said into the dark').waitFor();
    expect((await ben.messages()).filter((text) => text === 'said into the dark')).toHaveLength(1);
    expect((await ada.messages()).filter((text) => text === 'said into the dark')).toHaveLength(1);
  });

  it('makes links that open elsewhere, and no markup', async () => {
    await ada.say('see https://example.org/a?b=1 <img src=x onerror=alert(1)>');
    const message = ben.message('see https://example.org');
    await message.waitFor();
    const link = message.getByRole('link', { name: 'https://example.org/a?b=1' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await message.locator('img').count()).toBe(0);
  });
});
