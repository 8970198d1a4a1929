import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { TestServer } from './harness/server.ts';

const PASSWORD = 'a lantern over the harbour';
const SETUP_LINK = /\/admin\/#setup=\S+/;

describe('the dashboard on its server', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let invite: string;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await TestServer.start();
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
    browser = await chromium.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS] });
    page = await person();
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

  async function open(name: string): Promise<void> {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  const row = (text: string): Locator => page.getByRole('row').filter({ hasText: text });

  it('makes the first account by the link that the server printed', async () => {
    const link = SETUP_LINK.exec(server.log.join('\n'))?.[0] ?? '';
    await page.goto(server.url + link);
    await page.getByRole('heading', { name: 'Set up your server' }).waitFor();
    expect(page.url()).not.toContain('setup=');
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the administrator' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByRole('img', { name: /^People\./ }).waitFor();
  });

  it('is still signed in after a reload', async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it('makes a role, and changes it in the table', async () => {
    await open('Roles');
    await page.getByRole('link', { name: 'New role' }).click();
    await page.getByLabel('Name').fill('Book club');
    await page.getByRole('button', { name: 'Make the role' }).click();
    const cell = page.getByRole('checkbox', { name: 'Write: Book club' });
    await cell.check();
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await page.getByText('The roles are changed.').waitFor();
    await page.reload();
    await cell.waitFor();
    expect(await cell.isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'Ban: Book club' }).isChecked()).toBe(false);
  });

  it('makes a room', async () => {
    await open('Rooms');
    await page.getByRole('link', { name: 'New room', exact: true }).click();
    await page.getByLabel('Name').fill('Reading room');
    await page.getByLabel('Slow mode').selectOption({ label: '10 seconds' });
    await page.getByRole('button', { name: 'Create the room' }).click();
    await page.getByText('Reading room is there.').waitFor();
    await page.getByRole('button', { name: 'Join for Guest: as elsewhere' }).click();
    await page.getByRole('button', { name: 'Join for Guest: allowed' }).click();
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('The permissions of the room are changed.').waitFor();
  });

  it('makes an invite that gives the role, and somebody registers by it', async () => {
    await open('Invites');
    await page.getByRole('button', { name: 'New invite' }).click();
    await page.getByLabel('Book club').check();
    await page.getByRole('button', { name: 'Make the link' }).click();
    invite = await page.getByLabel('Link').inputValue();
    await page.getByRole('button', { name: 'Done' }).click();
    const code = decodeURIComponent(/#invite=(.+)$/.exec(invite)?.[1] ?? '');
    const registered = await fetch(`${server.url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'mallory', password: PASSWORD, invite: code, cookie: false }),
    });
    expect(registered.ok).toBe(true);
    await open('People');
    await page.getByRole('link', { name: 'Accounts' }).click();
    await row('mallory').getByText('Book club').waitFor();
  });

  describe('somebody who is here', () => {
    let grace: Page;
    const notice = (text: string): Locator => grace.locator('voice-notices').getByText(text).first();
    const here = (name: string): Locator => grace.getByRole('treeitem', { name: new RegExp(`^${name}`) });

    it('is welcomed with the words of the settings, and can put them away', async () => {
      await open('Settings');
      await page.getByLabel('Welcome').fill('Hello! The rules: https://example.org/rules');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The settings hold from now on.').waitFor();
      grace = await person();
      await grace.goto(`${server.url}/`);
      await grace.getByRole('textbox', { name: 'Nickname' }).fill('Grace');
      await grace.getByRole('button', { name: 'Join', exact: true }).click();
      await here('Lobby').click();
      await notice('Hello! The rules:').waitFor();
      expect(await grace.getByRole('link', { name: 'https://example.org/rules' }).getAttribute('target')).toBe(
        '_blank',
      );
      await grace.getByRole('button', { name: 'Dismiss' }).click();
      await notice('Hello! The rules:').waitFor({ state: 'detached' });
    });

    it('is told what the overview tells everyone', async () => {
      await open('Overview');
      await page.getByRole('button', { name: 'Tell everyone…' }).click();
      await page.getByLabel('What to say').fill('Tea is ready');
      await page.getByRole('button', { name: 'Tell everyone', exact: true }).click();
      await notice('Tea is ready').waitFor();
    });

    it('is moved by the keyboard alone', async () => {
      await open('Rooms');
      const menu = page.getByRole('button', { name: 'Actions for Grace' });
      await menu.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Mute for everyone' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.getByRole('menuitem', { name: 'Move to…' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByLabel('Room', { exact: true }).and(page.locator(':focus')).waitFor();
      await page.keyboard.type('Stand-up');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('Grace is in Stand-up now.').waitFor();
      await notice('You were moved to Stand-up.').waitFor();
    });

    it('is muted for everyone from the rooms, and sees it', async () => {
      await page.getByRole('button', { name: 'Actions for Grace' }).click();
      await page.getByRole('menuitem', { name: 'Mute for everyone' }).click();
      await grace.getByRole('status').getByText('A moderator has muted you').waitFor();
    });

    it('is removed from the list of people, and learns why', async () => {
      await open('People');
      await row('Grace').getByText('muted by a moderator').waitFor();
      await page.getByRole('button', { name: 'Actions for Grace' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByLabel('Reason').fill('Dinner time');
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await grace.getByText('Dinner time').waitFor();
      await page.getByText('Nobody is connected').waitFor();
    });
  });

  it('bans an address, and lists it', async () => {
    await open('Bans');
    await page.getByRole('button', { name: 'Ban an address' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('192.0.2.66');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Too loud');
    await page.getByRole('button', { name: 'Ban', exact: true }).click();
    await row('192.0.2.66').getByText('Too loud').waitFor();
  });

  it('shows all of it in the audit log', async () => {
    await open('Audit log');
    const acts = ['banned somebody', 'made an invite', 'made a room', 'changed a role', 'made a role', 'registered'];
    for (const act of acts) await row(act).first().waitFor();
    await row('told everyone something').getByText('Tea is ready').waitFor();
    for (const act of ['moved somebody', 'muted somebody', 'removed somebody']) {
      await row('Grace')
        .filter({ has: page.getByText(act, { exact: true }) })
        .waitFor();
    }
    await row('removed somebody').getByText('Dinner time').waitFor();
  });

  it('downloads a backup', async () => {
    await open('Backup');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download a backup' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.sqlite$/);
  });

  it('has no page that the server does not answer', async () => {
    for (const name of ['Messages', 'Settings', 'Webhooks', 'API keys', 'Stress test', 'Logs']) {
      await open(name);
      expect(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), name).toBe(0);
    }
  });

  it('shows somebody without rights nothing, and signs out', async () => {
    const other = await person();
    await other.goto(`${server.url}/admin/`);
    await other.getByLabel('User name').fill('mallory');
    await other.getByLabel('Password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByText('Your roles do not let you change anything here').waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in to administer' }).waitFor();
    await other.reload();
    await other.getByRole('heading', { name: 'Sign in to administer' }).waitFor();
  });

  it('ran nothing that its policy forbids, and nothing failed', () => {
    expect(problems).toEqual([]);
  });
});
