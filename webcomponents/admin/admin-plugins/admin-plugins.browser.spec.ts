import { describe, expect, it } from 'vitest';
import { expectAccessible, find, query, settled, words } from '../../testing/stage.ts';
import type { AdminApp } from '../admin-app/admin-app.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { greeter, inspection } from '../testing/plugin-fixtures.ts';
import { allIn, fill, forceColours, open, press, quiet, send, toast } from '../testing/stage.ts';

const cards = (app: AdminApp): HTMLElement[] => allIn(app.renderRoot, 'admin-plugin');
const card = (app: AdminApp, id: string): HTMLElement =>
  cards(app).find((one) => one.dataset.id === id) ?? expect.fail(`no card of ${id}`);
const inCard = (app: AdminApp, id: string, selector: string): HTMLElement | null =>
  card(app, id).shadowRoot?.querySelector<HTMLElement>(selector) ?? null;
const order = (app: AdminApp): (string | undefined)[] => cards(app).map((one) => one.dataset.id);
const notice = (app: AdminApp): string => words(find(app, 'admin-plugins >>> .pane > [role=alert]'));
const dialog = (app: AdminApp): HTMLElement => find(app, 'admin-plugins >>> admin-plugin-consent >>> admin-dialog');
const isOpen = (app: AdminApp): boolean =>
  find(app, 'admin-plugins >>> admin-plugin-consent >>> admin-dialog >>> dialog', HTMLDialogElement).open;

/** @param way how the file gets there */
async function bring(app: AdminApp, way: 'drop' | 'button', file = new File(['PK'], 'dice-1.0.0.zip')): Promise<void> {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  if (way === 'drop') {
    const pane = find(app, 'admin-plugins >>> .pane');
    pane.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
    pane.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  } else {
    const input = find(app, 'admin-plugins >>> input[type=file]', HTMLInputElement);
    input.files = dataTransfer.files;
    input.dispatchEvent(new Event('change'));
  }
  await quiet(app);
}

describe('AdminPlugins', () => {
  it('shows who runs, who stopped and why, and what each may be switched to', async () => {
    const { app } = await open('plugins');
    const shown = cards(app).map((one) => [
      words(one.shadowRoot!.querySelector('.status')!),
      [...one.shadowRoot!.querySelectorAll('[role=switch]')].map((at) => `${at.id} ${at.ariaChecked}`),
    ]);
    expect(shown).toEqual([
      ['Running', ['run true']],
      ['Stopped. It took longer than 100 ms. Start again', ['run true']],
      ['Runs with everyone who installs it', ['offer true']],
      ['Off', ['run false', 'offer false']],
    ]);
    expect(words(inCard(app, 'greeter', '.by')!)).toBe('by Switchboard · signed, key 5f3c 5f3c 5f3c');
    expect(words(inCard(app, 'polls', '.by')!)).toContain('unsigned');
    expect(words(inCard(app, 'voice-changer', '.by')!)).toBe('by Switchboard · comes with the server');
  });

  it('shows the figures of those that run, anew while one looks', async () => {
    const { app, api } = await open('plugins');
    const figures = (): string => words(inCard(app, 'greeter', '.figures')!);
    expect(figures()).toBe('Calls 1,284 Faults 0 Restarts 0 Refused 0 Mean call 84 µs Longest call 2.3 ms');
    expect(inCard(app, 'polls', '.figures')).toBeNull();
    api.house.plugins = [{ ...greeter, figures: { ...greeter.figures, calls: 1_285 } }];
    await expect.poll(figures).toContain('Calls 1,285');
  });

  it('is for those alone who manage plugins', async () => {
    const { app } = await open('plugins', new FakeApi(house(['server.manage'])));
    expect(query(app, 'admin-plugins')).toBeNull();
    const { app: other } = await open('plugins', new FakeApi(house(['plugin.manage'])));
    expect(cards(other)).toHaveLength(4);
  });

  it('switches, and starts again', async () => {
    const { app, api } = await open('plugins');
    inCard(app, 'polls', '#run')!.click();
    await quiet(app);
    inCard(app, 'voice-changer', '#offer')!.click();
    await quiet(app);
    await press(app, 'Start again');
    expect(api.of('PATCH /api/plugins/polls').map(({ body }) => body)).toEqual([{ enabled: true }]);
    expect(api.of('PATCH /api/plugins/voice-changer').map(({ body }) => body)).toEqual([{ offered: false }]);
    expect(api.of('POST /api/plugins/org.example.word-filter/restart')).toHaveLength(1);
    expect(inCard(app, 'polls', '#run')!.ariaChecked).toBe('true');
    expect(words(inCard(app, 'voice-changer', '.status')!)).toBe('Nobody can install it: it is not offered');
    expect(words(inCard(app, 'org.example.word-filter', '.status')!)).toBe('Starting…');
  });

  it('tells why a switch did not move', async () => {
    const api = new FakeApi();
    const why = 'Greeter runs in the server alone: enable it.';
    api.refuse('PATCH /api/plugins/polls', 400, 'plugin.target_wrong', why, 'offered');
    const { app } = await open('plugins', api);
    inCard(app, 'polls', '#offer')!.click();
    await quiet(app);
    expect(toast(app)).toContain(why);
    expect(inCard(app, 'polls', '#offer')!.ariaChecked).toBe('false');
  });

  it('puts them into another order, and leaves the focus where it was', async () => {
    const { app, api } = await open('plugins');
    await press(app, 'Move Word filter up');
    expect(order(app)).toEqual(['org.example.word-filter', 'greeter', 'voice-changer', 'polls']);
    expect(card(app, 'org.example.word-filter').shadowRoot?.activeElement?.id).toBe('up');
    expect(words(find(app, 'admin-plugins >>> .sr-only[role=status]'))).toBe('Word filter is now 1 of 4');
    await press(app, 'Move Word filter up');
    expect(api.of('PUT /api/plugins/order')).toHaveLength(1);
  });

  it('keeps a setting at once, and says at its field why not', async () => {
    const { app, api } = await open('plugins');
    await press(app, 'Settings of Greeter');
    await fill(app, 'Not more often than every … minutes', '5');
    expect(api.of('PATCH /api/plugins/greeter').map(({ body }) => body)).toEqual([
      { config: { notice: 'Welcome, {name}!', everyMinutes: 5 } },
    ]);
    const shown = allIn(app.renderRoot, '#everyMinutes').map((field) => (field as HTMLInputElement).value);
    expect(shown).toEqual(['5']);
    await fill(app, 'Not more often than every … minutes', 'often');
    expect(allIn(app.renderRoot, '#fault-everyMinutes').map(words)).toEqual(['Enter a number.']);
    expect(api.of('PATCH /api/plugins/greeter')).toHaveLength(1);
    api.refuse('PATCH /api/plugins/greeter', 400, 'plugin.config_invalid', 'The setting “notice” is rude.', 'notice');
    await fill(app, 'Notice', 'Hey');
    expect(allIn(app.renderRoot, '#fault-notice').map(words)).toEqual(['The setting “notice” is rude.']);
    api.refuse('PATCH /api/plugins/greeter', 403, 'access.denied', 'You may not do this here.');
    await fill(app, 'Notice', 'Ho');
    expect(allIn(app.renderRoot, 'p.wrong').map(words)).toEqual(['You may not do this here.']);
  });

  it('shows the log and the README as text', async () => {
    const { app } = await open('plugins');
    await press(app, 'Log of Greeter');
    expect(allIn(app.renderRoot, 'ol .text').map(words)).toEqual([
      'Ready.',
      'Grace is known.',
      'A name was <b>empty</b>.',
    ]);
    await press(app, 'About Word filter');
    const about = inCard(app, 'org.example.word-filter', '.opened')!;
    expect(words(about)).toContain('Its **README**');
    expect([...about.querySelectorAll('#in-server + ul li')].map(words)).toEqual([
      'Read every message, change it, reject it or add notes',
      'Talk to words.example.org over the internet, and tell it what it hears or reads',
      'Write a log, which you find here',
    ]);
    // What runs with people has its settings and its log there.
    expect(inCard(app, 'voice-changer', '#log')).toBeNull();
  });

  it('removes one after asking', async () => {
    const { app, api } = await open('plugins');
    await press(app, 'Remove Greeter');
    await press(app, 'Cancel', 'form button');
    expect(api.of('DELETE /api/plugins/greeter')).toEqual([]);
    await press(app, 'Remove Greeter');
    await send(app, 'Remove');
    await expect.poll(() => order(app)).toEqual(['org.example.word-filter', 'voice-changer', 'polls']);
    expect(toast(app)).toContain('Greeter is removed.');
  });

  describe('what comes with the server', () => {
    it('is installed once one has agreed to what it wants, and runs at once', async () => {
      const { app, api } = await open('plugins');
      await press(app, 'Install: Dice');
      expect(words(dialog(app))).toContain('comes with the server');
      expect(dialog(app).querySelector('.notice')).toBeNull();
      expect([...dialog(app).querySelectorAll('.may li')].map(words)).toEqual(['Keep data of its own on this server']);
      await send(app, 'Agree and install');
      expect(api.of('POST /api/plugins/available/dice/install').map(({ body }) => body)).toEqual([
        { agreed: ['permission:storage'], enable: true, offer: false },
      ]);
      expect([isOpen(app), order(app).at(-1)]).toEqual([false, 'dice']);
      expect(toast(app)).toContain('Dice 1.0.0 is installed.');
    });

    it('is left off where one wants it so', async () => {
      const { app, api } = await open('plugins');
      await press(app, 'Install: Dice');
      dialog(app).querySelector<HTMLElement>('#run')!.click();
      await send(app, 'Agree and install');
      expect(api.of('POST /api/plugins/available/dice/install')[0]!.body).toMatchObject({ enable: false });
    });

    it('is an update that says what it wants more', async () => {
      const { app, api } = await open('plugins');
      inCard(app, 'greeter', '#update')!.click();
      await quiet(app);
      expect(dialog(app)).toHaveProperty('heading', 'Update Greeter?');
      expect([...dialog(app).querySelectorAll('.may li')].map(words)).toEqual([
        'See who joins a room, and keep them out',
        'Write messages and notices under its own name',
        'See who is in which room, who is muted and who speaks New',
        'Keep data of its own on this server',
      ]);
      expect(dialog(app).querySelector('#run')).toBeNull();
      await send(app, 'Agree and update');
      const [call] = api.of('POST /api/plugins/available/greeter/install');
      expect(call!.body).toMatchObject({ agreed: ['permission:members.read'] });
      expect(words(inCard(app, 'greeter', '.version')!)).toBe('1.1.0');
      expect(inCard(app, 'greeter', '#update')).toBeNull();
    });

    it('says in the dialog why it was not taken', async () => {
      const api = new FakeApi();
      api.refuse(
        'POST /api/plugins/available/dice/install',
        409,
        'plugin.too_many',
        'There are as many as there may be.',
      );
      const { app } = await open('plugins', api);
      await press(app, 'Install: Dice');
      await send(app, 'Agree and install');
      expect(words(dialog(app))).toContain('There are as many as there may be.');
      expect(isOpen(app)).toBe(true);
    });
  });

  describe('a file', () => {
    it.each(['drop', 'button'] as const)('is looked at, agreed to and installed, by %s', async (way) => {
      const { app, api } = await open('plugins');
      await bring(app, way);
      expect(api.of('POST /api/plugins/inspect').map(({ body }) => body)).toEqual(['PK']);
      expect(words(dialog(app).querySelector('.notice')!)).toContain('nobody vouches for who made it');
      await send(app, 'Agree and install');
      const [call] = api.of('POST /api/plugins');
      expect([call!.body, call!.query.toString()]).toEqual([
        'PK',
        'agreed=permission%3Astorage&enable=true&offer=false',
      ]);
      expect(order(app).at(-1)).toBe('dice');
    });

    it('is refused with the sentence and the field', async () => {
      const api = new FakeApi();
      const said = 'It must be the name of a host.';
      api.refuse('POST /api/plugins/inspect', 400, 'plugin.manifest_invalid', said, 'permissions.1.hosts.0');
      const { app } = await open('plugins', api);
      await bring(app, 'drop');
      expect(notice(app)).toBe('It must be the name of a host. At fault: permissions.1.hosts.0');
      expect(isOpen(app)).toBe(false);
    });

    it('is not sent where it is too large', async () => {
      const { app, api } = await open('plugins');
      await bring(app, 'button', new File([new Uint8Array(5 * 1024 * 1024 + 1)], 'large.zip'));
      expect(notice(app)).toBe('The plugin package is larger than is accepted. Nothing was changed.');
      expect(api.of('POST /api/plugins/inspect')).toEqual([]);
    });
  });

  it('says of a plugin for both sides what it may do on each', async () => {
    const api = new FakeApi();
    const [, , , both] = api.house.plugins;
    api.house.bundled = [inspection({ ...both!, id: 'other', name: 'Other' })];
    const { app } = await open('plugins', api);
    await press(app, 'Install: Other');
    const lists = [...dialog(app).querySelectorAll('.may')].map((list) => [...list.querySelectorAll('li')].map(words));
    expect(lists.map((list) => list.toSorted())).toEqual([
      ['See who comes to the server, and show them a notice', 'See who is in which room, who is muted and who speaks'],
      ['Change their status', 'See who is in their room, who is muted and who speaks'],
    ]);
    await send(app, 'Agree and install');
    expect(api.of('POST /api/plugins/available/other/install')[0]!.body).toMatchObject({ enable: true, offer: true });
  });

  it('says what to do where there are none', async () => {
    const api = new FakeApi({ ...house(), plugins: [], bundled: [] });
    const { app } = await open('plugins', api);
    expect(words(find(app, 'admin-plugins >>> .empty'))).toContain('No plugins yet');
    await expectAccessible(app);
  });

  it.each([1280, 360])('has no violation at %i px with all open, and scrolls one way only', async (width) => {
    const { app } = await open('plugins', new FakeApi(), width);
    for (const part of ['settings', 'about', 'log']) {
      for (const one of cards(app)) one.shadowRoot!.querySelector<HTMLElement>(`#${part}`)?.click();
      await quiet(app);
      await settled(app);
      await expectAccessible(app);
      expect(document.documentElement.scrollWidth).toBe(width);
    }
    await press(app, 'Install: Dice');
    await expectAccessible(app);
  });

  it('can be read with forced colours', async () => {
    await forceColours();
    const { app } = await open('plugins');
    const track = getComputedStyle(inCard(app, 'greeter', '#run')!, '::before');
    expect(track.backgroundColor).not.toBe(getComputedStyle(inCard(app, 'polls', '#run')!, '::before').backgroundColor);
    await expectAccessible(app);
  });
});

describe('AdminMessages', () => {
  it('tells what a plugin has written from what a person has', async () => {
    const { app } = await open('messages');
    const byPlugins = allIn(app.renderRoot, 'tbody tr').filter((row) => row.querySelector('.who .badge') !== null);
    expect(byPlugins.map((row) => words(row.querySelector('.who')!))).toEqual(['Greeter Plugin']);
  });
});
