import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { Administrator, PASSWORD } from './harness/administrator.ts';
import { TestServer } from './harness/server.ts';

const PACKAGES = fileURLToPath(new URL('../plugins/dist/packages/', import.meta.url));

describe('the plugins of the dashboard on its server', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await TestServer.start();
    await Administrator.appoint(server);
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
    browser = await chromium.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS] });
    page = await person();
    await page.goto(`${server.url}/admin/#plugins`);
    await page.getByLabel('User name').fill('root');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Plugins' }).waitFor();
  });

  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  /** Somebody with a browser of their own. What their pages refuse to run, and what fails in them, is noted. */
  async function person(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => problems.push(String(error)));
    opened.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
    });
    return opened;
  }

  const card = (name: string): Locator => page.getByRole('article', { name });
  const dialog = (): Locator => page.locator('admin-dialog[open]');
  const switchOf = (name: string, label: string): Locator => card(name).getByRole('switch', { name: label });
  const shownOrder = (): Promise<string[]> => page.locator('admin-plugin #name').allTextContents();

  async function catalogue(): Promise<string> {
    return (await fetch(`${server.url}/plugins`)).text();
  }

  /** Writes a setting of Greeter, and leaves its field. */
  async function keep(label: string, value: string): Promise<void> {
    const kept = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await card('Greeter').getByLabel(label).fill(value);
    await card('Greeter').getByLabel(label).press('Tab');
    expect((await kept).status()).toBe(200);
  }

  it('installs one that comes with the server, and offers it to everyone', async () => {
    await page.getByText('No plugins yet').waitFor();
    expect(await catalogue()).not.toContain('Voice changer');
    await page.getByRole('button', { name: 'Install: Voice changer' }).click();
    await dialog().getByText('Hear and change their microphone').waitFor();
    await dialog().getByRole('button', { name: 'Agree and install' }).click();
    await page.getByText('Voice changer 1.0.0 is installed.').waitFor();
    await card('Voice changer').getByText('Runs with everyone who installs it').waitFor();
    expect(await catalogue()).toContain('Voice changer');
  });

  it('shows the icon of a plugin', async () => {
    const icon = card('Voice changer').locator('.plugin-icon img');
    await expect.poll(() => icon.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  it('installs one from a file, off at first', async () => {
    await page.locator('input[type=file]').setInputFiles(`${PACKAGES}greeter.zip`);
    await dialog().getByText('Unsigned: nobody vouches for who made it.').waitFor();
    await dialog().getByText('Write messages and notices under its own name').waitFor();
    await dialog().getByRole('checkbox', { name: 'Run it in the server at once' }).uncheck();
    await dialog().getByRole('button', { name: 'Agree and install' }).click();
    await card('Greeter').getByText('Off', { exact: true }).waitFor();
    expect(await shownOrder()).toEqual(['Voice changer', 'Greeter']);
  });

  it('says what is wrong with a file that is no plugin', async () => {
    const file = { name: 'letter.zip', mimeType: 'application/zip', buffer: Buffer.from('Dear Ada') };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('alert').getByText('This is not a plugin package, or it is damaged').waitFor();
  });

  it('switches one on, and it runs', async () => {
    await switchOf('Greeter', 'Runs in the server').click();
    await card('Greeter').getByText('Running', { exact: true }).waitFor();
    expect(await switchOf('Greeter', 'Runs in the server').getAttribute('aria-checked')).toBe('true');
  });

  it('changes a setting, and the plugin goes by it', async () => {
    await card('Greeter').getByRole('button', { name: 'Settings of Greeter' }).click();
    await keep('Notice for guests', 'Ahoy, {name}!');
    await keep('Message to the room', '{name} came aboard.');
    await keep('Not more often than every … minutes', '0');
    await page.reload();
    await card('Greeter').getByRole('button', { name: 'Settings of Greeter' }).click();
    expect(await card('Greeter').getByLabel('Notice for guests').inputValue()).toBe('Ahoy, {name}!');
    expect(await card('Greeter').getByLabel('Message to the room').inputValue()).toBe('{name} came aboard.');

    const grace = await person();
    await grace.goto(`${server.url}/`);
    await grace.getByRole('textbox', { name: 'Nickname' }).fill('Grace');
    await grace.getByRole('button', { name: 'Join', exact: true }).click();
    await grace.locator('voice-notices').getByText('Ahoy, Grace!').first().waitFor();
    // A plugin has 100 ms for who comes; on a busy machine that may be too little, and nobody is told: then one comes again.
    const told = grace.getByText('Grace came aboard.').first();
    await expect
      .poll(async () => {
        for (const room of [/^Stand-up/, /^Lobby/]) await grace.getByRole('treeitem', { name: room }).click();
        return told.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    await grace.close();
  });

  it('counts its calls while one looks', async () => {
    const calls = card('Greeter').locator('.figures div').filter({ hasText: 'Calls' }).locator('dd');
    await expect.poll(async () => Number(await calls.textContent())).toBeGreaterThanOrEqual(2);
  });

  it('shows its log and what it says of itself', async () => {
    await card('Greeter').getByRole('button', { name: 'Log of Greeter' }).click();
    await card('Greeter').getByText('Nothing was logged.').waitFor();
    await card('Greeter').getByRole('button', { name: 'About Greeter' }).click();
    await card('Greeter').getByText('What its author says').waitFor();
  });

  it('puts them into another order by the keyboard, which stays there after a reload', async () => {
    await card('Greeter').getByRole('button', { name: 'Move Greeter up' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(shownOrder).toEqual(['Greeter', 'Voice changer']);
    await page.getByRole('button', { name: 'Move Greeter up' }).and(page.locator(':focus')).waitFor();
    await page.reload();
    await expect.poll(shownOrder).toEqual(['Greeter', 'Voice changer']);
  });

  it('stops to offer one', async () => {
    await switchOf('Voice changer', 'Offered to everyone').click();
    await card('Voice changer').getByText('Nobody can install it: it is not offered').waitFor();
    expect(await catalogue()).not.toContain('Voice changer');
  });

  it('shows what a plugin wrote as a plugin’s', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Messages', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: 'Grace came aboard.' }).first();
    await row.getByText('Plugin', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Plugins', exact: true }).click();
  });

  it('removes one after asking', async () => {
    await card('Greeter').getByRole('button', { name: 'Remove Greeter' }).click();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Greeter is removed.').waitFor();
    await expect.poll(shownOrder).toEqual(['Voice changer']);
    await page.getByRole('button', { name: 'Install: Greeter' }).waitFor();
  });

  it('is in the audit log', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Audit log', exact: true }).click();
    for (const act of ['installed a plugin', 'changed a plugin', 'put plugins into another order', 'removed a plugin'])
      await page.getByRole('row').filter({ hasText: act }).first().waitFor();
  });

  it('ran nothing that its policy forbids, and nothing failed', () => {
    expect(problems).toEqual([]);
  });
});
