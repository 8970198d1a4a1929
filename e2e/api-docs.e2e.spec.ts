import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { TestServer } from './harness/server.ts';

describe('the page of the API', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await TestServer.start();
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
    browser = await chromium.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS] });
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  it('shows the document under its policy, with what comes from this server alone', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    const hosts = new Set<string>();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${server.url}/api/docs`);
    await page.getByRole('heading', { name: 'Switchboard' }).waitFor();
    expect(problems).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).host]);
  });
});
