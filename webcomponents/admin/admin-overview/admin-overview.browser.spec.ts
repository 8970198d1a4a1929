import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectAccessible, find, words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { historyOf } from '../testing/fixtures.ts';
import { allIn, fill, open, press, quiet, send, toast } from '../testing/stage.ts';

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('AdminOverview', () => {
  it('asks every two seconds, and not while nobody looks', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
      Reflect.deleteProperty(document, 'hidden');
    });
    const api = new FakeApi();
    const asked = (): number => api.of('GET /api/stats').length;
    const opened = open('overview', api);
    // What waits in between waits by these timers too.
    const running = setInterval(() => vi.advanceTimersByTime(1), 1);
    const { app } = await opened;
    clearInterval(running);
    const before = asked();
    vi.advanceTimersByTime(2_000);
    await expect.poll(asked, { interval: 1 }).toBe(before + 1);
    await app.updateComplete;
    hide(true);
    vi.advanceTimersByTime(60_000);
    expect(asked()).toBe(before + 1);
    hide(false);
    await expect.poll(asked).toBe(before + 2);
  });

  it('keeps the last figures when the server is gone, and says that they are old', async () => {
    const { app, api } = await open('overview');
    api.offline = true;
    await expect
      .poll(() => words(find(app, 'admin-overview >>> .body')), { timeout: 20_000 })
      .toContain('last figures');
    expect(words(find(app, 'admin-overview >>> .figures'))).toContain('23 in rooms');
    api.offline = false;
    await press(app, 'Try again');
    expect(words(find(app, 'admin-overview >>> .body'))).not.toContain('last figures');
  });

  it('has the lines as a table, too, and as a sentence', async () => {
    const api = new FakeApi();
    api.house.history = { ...historyOf(3), people: [4, 9, 6] };
    const { app } = await open('overview', api);
    const chart = allIn(app.renderRoot, 'admin-chart')[0]!.shadowRoot!;
    expect(chart.querySelector('[role=img]')!.ariaLabel).toBe('People. Connected: now 6, highest 9');
    expect(chart.querySelector('canvas')).not.toBeNull();
    chart.querySelector('summary')!.click();
    await quiet(app);
    await expect.poll(() => [...chart.querySelectorAll('tbody td:last-child')].map(words)).toEqual(['6', '9', '4']);
  });

  it('tells everyone what is written into its dialog', async () => {
    const { app, api } = await open('overview');
    const isOpen = () => allIn(app.renderRoot, 'dialog').some((dialog) => dialog.matches('[open]'));
    await press(app, 'Tell everyone…');
    expect(isOpen()).toBe(true);
    await expectAccessible(app);
    await fill(app, 'What to say', 'We restart at noon.');
    await send(app, 'Tell everyone');
    expect(api.of('POST /api/notices').map(({ body }) => body)).toEqual([{ text: 'We restart at noon.' }]);
    expect(toast(app)).toBe('Everyone who is here has been told.');
    expect(isOpen()).toBe(false);
  });

  it('keeps the words when they are refused, and says why', async () => {
    const { app, api } = await open('overview');
    api.refuse('POST /api/notices', 400, 'protocol.invalid', '“text” is too long.', 'text');
    await press(app, 'Tell everyone…');
    await fill(app, 'What to say', 'We restart at noon.');
    await send(app, 'Tell everyone');
    expect(allIn(app.renderRoot, '#text-error').map(words)).toEqual(['“text” is too long.']);
    expect((allIn(app.renderRoot, '#text')[0] as HTMLTextAreaElement).value).toBe('We restart at noon.');
  });

  it('says where figures are missing', async () => {
    const api = new FakeApi();
    api.house.stats = { ...api.house.stats, lossPct: null };
    const { app } = await open('overview', api);
    expect(words(find(app, 'admin-overview >>> .figures'))).toContain('Nobody reports yet');
  });

  it('draws without a style that the page’s policy would refuse', async () => {
    const { app } = await open('overview');
    expect(allIn(app.renderRoot, 'style')).toEqual([]);
  });
});
