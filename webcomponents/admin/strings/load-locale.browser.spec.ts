import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectAccessible, find, words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, open, quiet, type Stage } from '../testing/stage.ts';
import { loadAdminLocale } from './load-locale.ts';
import { german } from './strings.de.ts';
import { registerAdminLocale } from './strings.ts';

/** German words are longer: the pages with the most of them beside each other. */
const DENSE = [
  'overview',
  'rooms/staff',
  'people',
  'roles',
  'roles/host',
  'audit',
  'settings',
  'plugins',
  'webhooks/hook-1',
];

async function germanPage(hash: string, width?: number, api = new FakeApi()): Promise<Stage> {
  await loadAdminLocale('de');
  return open(hash, api, width, 'de');
}

describe('loadAdminLocale', () => {
  it('fetches German for whoever speaks it, and for nobody else', async () => {
    vi.resetModules();
    const { loadAdminLocale: load } = await import('./load-locale.ts');
    const { adminStringsFor } = await import('./strings.ts');
    await load('en-GB');
    await load('fr');
    await load('den');
    expect(adminStringsFor('de').language).toBe('en');
    await load('de-AT');
    expect(adminStringsFor('de-AT').language).toBe('de');
    expect(adminStringsFor('en-GB').language).toBe('en');
  });

  it('changes the words and the figures of a page that is there already', async () => {
    const drawn = vi.spyOn(CanvasRenderingContext2D.prototype, 'fillText');
    onTestFinished(() => drawn.mockRestore());
    const percentages = (): string[] => drawn.mock.calls.map(([text]) => text).filter((text) => text.includes('%'));
    // Of French there are no words: it gets these. Its figures are told like the German ones.
    const { app } = await open('overview', new FakeApi(), 1280, 'fr');
    expect(words(find(app, 'admin-overview >>> h1'))).toBe('Overview');
    await expect.poll(percentages).not.toEqual([]);
    drawn.mockClear();
    registerAdminLocale({ ...german, language: 'fr' });
    await quiet(app);
    expect(words(find(app, 'admin-overview >>> h1'))).toBe('Übersicht');
    // Two charts tell percentages; the name of one is the same in both languages.
    const charts = (): number =>
      new Set(drawn.mock.contexts.filter((_, at) => drawn.mock.calls[at]?.[0].includes('%') === true)).size;
    await expect.poll(charts).toBe(2);
    expect(percentages().filter((text) => !/^\d+(,\d)?\s%$/.test(text))).toEqual([]);
  });

  it('has the pages in German, with dates and numbers as Germans write them', async () => {
    const content = house();
    const { app } = await germanPage(
      'overview',
      1280,
      new FakeApi({ ...content, stats: { ...content.stats, packetsOutPerS: 12_345, lossPct: 1.5 } }),
    );
    expect(document.title).toBe('Übersicht · Verwaltung · Switchboard');
    const figures = words(find(app, 'admin-overview >>> .figures'));
    expect(figures).toContain('12.345/s');
    expect(figures.replaceAll('\u00A0', ' ')).toContain('1,5 %');
  });

  it('tells days in German', async () => {
    const { app, api } = await germanPage('bans');
    const [ban] = api.house.bans;
    const day = new Intl.DateTimeFormat('de', { dateStyle: 'medium' }).format(ban!.createdAt);
    expect(allIn(app.renderRoot, 'td').map(words).join(' ')).toContain(day);
  });

  it('says in German what failed', async () => {
    const api = new FakeApi();
    api.refuse('GET /api/bans', 403, 'access.denied', 'You may not do this here.');
    const { app } = await germanPage('bans', 1280, api);
    await quiet(app);
    expect(words(find(app, 'admin-bans >>> .notice.failed'))).toContain('Das darfst du hier nicht.');
  });

  it.each(DENSE)('has no violation on #%s at 360 px, and scrolls one way only', async (hash) => {
    const { app } = await germanPage(hash, 360);
    await expectAccessible(app);
    expect(document.documentElement.scrollWidth).toBe(360);
  });
});
