import { describe, expect, it } from 'vitest';
import { expectAccessible, words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, choose, fill, named, open, press, quiet, send, toast } from '../testing/stage.ts';

const names = (app: Parameters<typeof press>[0]): string[] =>
  allIn(app.renderRoot, 'tbody .who strong').map((name) => words(name));

describe('AdminPeople', () => {
  it('mutes somebody for everyone, and takes it back', async () => {
    const { app, api } = await open('people');
    await choose(app, 'Grace', 'Mute for everyone');
    await choose(app, 'Grace', 'Unmute');
    expect(api.of('POST /api/mute/member-grace').map(({ body }) => body)).toEqual([{ muted: true }, { muted: false }]);
    expect(toast(app)).toBe('Grace can be heard again.');
  });

  it('bans with reason, time and address', async () => {
    const { app, api } = await open('people');
    await choose(app, 'Linus', 'Ban…');
    await expectAccessible(app);
    await fill(app, 'Reason', 'Too loud');
    await fill(app, 'For how long', '604800000');
    (allIn(app.renderRoot, '#address')[0] as HTMLInputElement).click();
    await send(app, 'Ban');
    expect(api.of('POST /api/ban/member-linus').map(({ body }) => body)).toEqual([
      { reason: 'Too loud', durationMs: 604_800_000, address: true },
    ]);
    await expect.poll(() => names(app)).toEqual(['Grace', 'Margaret', 'Rosalind']);
  });

  it('closes a question by Escape, without doing it', async () => {
    const { app, api } = await open('people');
    await choose(app, 'Linus', 'Remove…');
    const dialog = allIn(app.renderRoot, 'dialog').find((one) => (one as HTMLDialogElement).open)!;
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    await quiet(app);
    expect((dialog as HTMLDialogElement).open).toBe(false);
    expect(api.of('POST /api/kick/member-linus')).toEqual([]);
  });

  it('says why something failed, and stays as it was', async () => {
    const api = new FakeApi();
    api.refuse('POST /api/kick/member-linus', 404, 'member.not_found', 'This person is not here any more.');
    const { app } = await open('people', api);
    await choose(app, 'Linus', 'Remove…');
    await send(app, 'Remove');
    expect(allIn(app.renderRoot, '.notice.failed').map(words)).toEqual(['This person is not here any more.']);
  });

  it('finds accounts, and gives roles', async () => {
    const { app, api } = await open('people/accounts');
    await fill(app, 'Search', 'lin');
    await expect.poll(() => names(app)).toEqual(['Linus']);
    await choose(app, 'Linus', 'Change…');
    (allIn(app.renderRoot, '#role-host')[0] as HTMLInputElement).click();
    await quiet(app);
    await send(app, 'Save');
    expect(api.of('PATCH /api/users/user-linus').map(({ body }) => body)).toEqual([{ roleIds: ['host'] }]);
    await expect.poll(() => allIn(app.renderRoot, 'tbody .badge').map(words)).toEqual(['Event host']);
  });

  it('shows a next part of the accounts when asked', async () => {
    const api = new FakeApi();
    const [first, second] = api.house.users;
    api.script('GET /api/users', ({ query }) =>
      query.get('after') === 'here' ? { items: [second], next: null } : { items: [first], next: 'here' },
    );
    const { app } = await open('people/accounts', api);
    await press(app, 'Show more');
    expect(names(app)).toEqual(['Ada', 'Grace']);
  });

  it('deletes an account only once its name was typed, and never one’s own', async () => {
    const { app, api } = await open('people/accounts');
    await choose(app, 'Ada', 'Delete the account…');
    expect(allIn(app.renderRoot, 'admin-confirm')[0]!.shadowRoot!.querySelector('form')).toBeNull();
    await choose(app, 'Linus', 'Delete the account…');
    await send(app, 'Delete the account');
    expect(api.of('DELETE /api/users/user-linus')).toEqual([]);
    await fill(app, 'Type “linus” to confirm', 'linus');
    await send(app, 'Delete the account');
    await expect.poll(() => api.of('DELETE /api/users/user-linus')).toHaveLength(1);
  });

  it('shows addresses only to those who get them', async () => {
    const { app } = await open('people', new FakeApi(house(['member.kick'])));
    expect(allIn(app.renderRoot, 'thead th').map(words)).not.toContain('Address');
    expect(() => named(app, 'a', 'Accounts')).toThrow();
  });
});
