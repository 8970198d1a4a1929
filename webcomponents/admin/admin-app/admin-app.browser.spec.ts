import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, find, query, words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, fill, forceColours, go, named, open, press, quiet, send } from '../testing/stage.ts';

const PAGES = [
  'overview',
  'rooms',
  'rooms/staff',
  'rooms/new',
  'people',
  'people/accounts',
  'messages',
  'roles',
  'roles/host',
  'roles/admin',
  'roles/new',
  'invites',
  'bans',
  'audit',
  'settings',
  'webhooks',
  'webhooks/hook-1',
  'keys',
  'backup',
  'stress',
  'logs',
  'nowhere',
];

/** A server where nothing is yet. */
function empty(): FakeApi {
  const content = house();
  return new FakeApi({
    ...content,
    users: [],
    channels: [],
    sessions: [],
    messages: [],
    bans: [],
    audit: [],
    webhooks: [],
    keys: [],
    invites: [],
    logs: [],
    stats: { ...content.stats, people: 0, dropsByReason: {} },
  });
}

const nav = (root: ParentNode): string[] => [...root.querySelectorAll('aside nav a')].map(words);

describe('AdminApp', () => {
  describe('accessibility', () => {
    it.each(PAGES)('has no violation on #%s', async (hash) => {
      const { app } = await open(hash);
      expect(app.renderRoot.querySelector('main')?.textContent ?? '').not.toContain('undefined');
      await expectAccessible(app);
    });

    it.each(PAGES)('has no violation on #%s at 360 px, and scrolls one way only', async (hash) => {
      const { app } = await open(hash, new FakeApi(), 360);
      await expectAccessible(app);
      expect(document.documentElement.scrollWidth).toBe(360);
    });

    it.each(PAGES)('has no violation on #%s where there is nothing yet', async (hash) => {
      await expectAccessible((await open(hash, empty())).app);
    });

    it.each(['rooms/staff', 'roles', 'people'])('has no violation on #%s for a moderator', async (hash) => {
      const permissions = ['see', 'channel.manage', 'role.manage', 'member.kick', 'member.mute'] as const;
      await expectAccessible((await open(hash, new FakeApi(house(permissions)))).app);
    });

    it('shows by more than colour where one is, in forced colours', async () => {
      const { app } = await open('roles');
      const link = find(app, 'aside a[aria-current]');
      expect(getComputedStyle(link).borderTopStyle).toBe('none');
      await forceColours();
      expect(getComputedStyle(link).borderTopStyle).toBe('solid');
    });
  });

  it('tells the title and moves the focus to the heading of the next page', async () => {
    const { app } = await open('overview');
    expect(document.title).toBe('Overview · Administration · Switchboard');
    await go(app, 'bans');
    expect(document.title).toBe('Bans · Administration · Switchboard');
    expect(words(find(app, 'admin-bans').shadowRoot!.activeElement!)).toBe('Bans');
  });

  it('shows only what one may', async () => {
    const { app } = await open('', new FakeApi(house(['member.kick', 'member.ban', 'audit.read'])));
    expect(nav(app.renderRoot)).toEqual(['People', 'Bans', 'Audit log']);
    expect(query(app, 'admin-people')).not.toBeNull();
    await go(app, 'settings');
    expect(query(app, 'admin-settings')).toBeNull();
    expect(words(find(app, 'main'))).toContain('There is no such page');
  });

  it('tells whoever may nothing where to turn', async () => {
    const { app } = await open('', new FakeApi(house(['see', 'join'])));
    expect(words(find(app, 'main'))).toContain('Ask an administrator');
  });

  it('has its pages in a menu where it is narrow', async () => {
    const { app } = await open('overview', new FakeApi(), 360);
    expect(getComputedStyle(find(app, 'aside')).display).toBe('none');
    await press(app, 'Menu');
    const drawer = find(app, 'dialog.drawer', HTMLDialogElement);
    expect(drawer.open).toBe(true);
    await expectAccessible(app);
    const moved = new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
    [...drawer.querySelectorAll('a')].find((link) => words(link) === 'Audit log')!.click();
    await moved;
    await quiet(app);
    expect(drawer.open).toBe(false);
    expect(query(app, 'admin-audit')).not.toBeNull();
  });

  it('has the focus go past the navigation by the first key', async () => {
    const { app } = await open('overview');
    await userEvent.keyboard('{Tab}');
    expect(words(app.shadowRoot!.activeElement!)).toBe('Skip to the content');
    await userEvent.keyboard('{Enter}');
    await quiet(app);
    expect(words(find(app, 'admin-overview').shadowRoot!.activeElement!)).toBe('Overview');
  });

  describe('signing in', () => {
    it('asks for it, refuses in a sentence, and lets in', async () => {
      const api = new FakeApi();
      api.cookie = false;
      const { app } = await open('roles', api);
      await expectAccessible(app);
      await fill(app, 'User name', 'ada');
      await fill(app, 'Password', 'wrong');
      await send(app, 'Sign in');
      expect(words(find(app, 'admin-sign-in >>> .notice'))).toContain('password is wrong');
      await fill(app, 'Password', 'right password');
      await send(app, 'Sign in');
      expect(query(app, 'admin-roles')).not.toBeNull();
      expect(api.of('GET /api/roles')[0]!.token).toMatch(/^Bearer token-/);
    });

    it('comes back in by the cookie, and keeps nothing where scripts could read it', async () => {
      const { app } = await open('overview');
      expect(query(app, 'admin-overview')).not.toBeNull();
      const kept = [localStorage, sessionStorage].flatMap((storage) => Object.values(storage) as string[]);
      expect(kept.join(' ')).not.toContain('token-');
    });

    it('gets a new token without a word when the old one runs out', async () => {
      const { app, api } = await open('roles');
      api.expire();
      await go(app, 'bans');
      await expect.poll(() => query(app, 'admin-bans >>> admin-table')).not.toBeNull();
      expect(api.of('POST /api/auth/refresh')).toHaveLength(2);
    });

    it('refreshes once for all that wait', async () => {
      const { app, api } = await open('roles');
      api.expire();
      await go(app, 'rooms');
      await expect.poll(() => query(app, 'admin-rooms >>> .tree')).not.toBeNull();
      expect(api.of('POST /api/auth/refresh')).toHaveLength(2);
    });

    it('asks again when the sign-in has ended, and keeps what was not saved', async () => {
      const { app, api } = await open('settings');
      await fill(app, 'Name of the server', 'Our voices');
      api.expire();
      api.cookie = false;
      await go(app, 'bans');
      await expect.poll(() => query(app, 'admin-sign-in >>> .notice')?.textContent).toContain('Your sign-in has ended');
      await fill(app, 'User name', 'ada');
      await fill(app, 'Password', 'right password');
      await send(app, 'Sign in');
      await go(app, 'settings');
      await expect
        .poll(() => (allIn(app.renderRoot, '#name')[0] as HTMLInputElement | undefined)?.value)
        .toBe('Our voices');
    });

    it('signs out', async () => {
      const { app, api } = await open('bans');
      await press(app, 'Sign out');
      expect(api.of('POST /api/auth/logout')).toHaveLength(1);
      expect(query(app, 'admin-sign-in')).not.toBeNull();
    });

    it('says that the server does not answer, and tries again', async () => {
      const api = new FakeApi();
      api.offline = true;
      const { app } = await open('bans', api);
      expect(words(find(app, 'main'))).toContain('The server does not answer');
      api.offline = false;
      await press(app, 'Try again');
      expect(query(app, 'admin-bans')).not.toBeNull();
    });
  });

  describe('setting up', () => {
    function fresh(): FakeApi {
      const api = new FakeApi();
      api.cookie = false;
      api.setupOpen = true;
      return api;
    }

    it('takes the code out of the address at once, and makes the first account', async () => {
      const { app, api } = await open('setup=right-code', fresh());
      expect(location.href).not.toContain('right-code');
      await expectAccessible(app);
      await fill(app, 'User name', 'ada');
      await fill(app, 'Password', 'correct horse');
      await fill(app, 'Password again', 'correct house');
      await send(app, 'Create the administrator');
      expect(api.of('POST /api/auth/setup')).toEqual([]);
      await fill(app, 'Password again', 'correct horse');
      await send(app, 'Create the administrator');
      expect(api.of('POST /api/auth/setup')[0]!.body).toMatchObject({ code: 'right-code', username: 'ada' });
      expect(query(app, 'admin-overview')).not.toBeNull();
    });

    it('says how to get the link where there is no administrator yet', async () => {
      const { app } = await open('', fresh());
      expect(words(find(app, 'admin-sign-in >>> .notice'))).toContain('no administrator yet');
    });

    it('says why a code is refused', async () => {
      const { app } = await open('setup=wrong-code', fresh());
      await fill(app, 'User name', 'ada');
      await fill(app, 'Password', 'correct horse');
      await fill(app, 'Password again', 'correct horse');
      await send(app, 'Create the administrator');
      expect(words(find(app, 'admin-sign-in >>> .notice.failed'))).toContain('code of the link');
    });
  });

  it('marks pages with unsaved changes, and keeps them meanwhile', async () => {
    const { app } = await open('settings');
    await fill(app, 'Name of the server', 'Our voices');
    await go(app, 'logs');
    const link = [...app.renderRoot.querySelectorAll('aside a')].find((one) => words(one).startsWith('Settings'));
    expect(words(link!)).toBe('Settings, has unsaved changes');
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    await go(app, 'settings');
    await press(app, 'Discard changes');
    expect((named(app, 'button', 'Save') as HTMLButtonElement).ariaDisabled).toBe('true');
  });
});
