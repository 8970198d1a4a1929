import { describe, expect, it } from 'vitest';
import { words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, choose, fill, named, open, press, quiet, send, toast } from '../testing/stage.ts';

const secretOf = (app: Parameters<typeof press>[0]): string =>
  allIn(app.renderRoot, 'admin-secret input').length === 0
    ? (allIn(app.renderRoot, 'admin-secret')[0]?.shadowRoot?.querySelector('input')?.value ?? '')
    : '';

describe('what is shown once', () => {
  it('is the link of an invite', async () => {
    const { app, api } = await open('invites');
    await press(app, 'New invite');
    await fill(app, 'Note', 'Book club');
    await fill(app, 'How often it can be used', '');
    await send(app, 'Make the link');
    expect(api.of('POST /api/invites')[0]!.body).toMatchObject({ note: 'Book club', maxUses: null, roleIds: [] });
    expect(secretOf(app)).toMatch(/\/#invite=code-once$/);
    await press(app, 'Done');
    expect(secretOf(app)).toBe('');
  });

  it('is an API key, with permissions that one has', async () => {
    const { app, api } = await open('keys', new FakeApi(house(['server.manage', 'token.mint'])));
    await press(app, 'New key');
    await fill(app, 'Name', 'Website');
    await send(app, 'Make the key');
    expect(api.of('POST /api/api-keys')).toEqual([]);
    (allIn(app.renderRoot, '#p-token\\.mint')[0] as HTMLInputElement).click();
    (allIn(app.renderRoot, '#p-member\\.ban')[0] as HTMLInputElement).click();
    await quiet(app);
    await send(app, 'Make the key');
    expect(api.of('POST /api/api-keys')[0]!.body).toMatchObject({ name: 'Website', permissions: ['token.mint'] });
    expect(secretOf(app)).toBe('sbk_once');
  });

  it('is the key of a webhook’s signatures', async () => {
    const { app, api } = await open('webhooks');
    await press(app, 'New webhook');
    await fill(app, 'Name', 'Bridge');
    await fill(app, 'Address', 'https://bridge.example.org');
    (allIn(app.renderRoot, '#e-member\\.left')[0] as HTMLInputElement).click();
    await quiet(app);
    await send(app, 'Make the webhook');
    expect(api.of('POST /api/webhooks')[0]!.body).toMatchObject({
      events: ['member.joined', 'message.created', 'moderation.acted'],
    });
    expect(secretOf(app)).toBe('whsec_once');
  });
});

describe('AdminWebhooks', () => {
  it('turns one off, and sends a test', async () => {
    const { app, api } = await open('webhooks');
    await choose(app, 'Chat bridge', 'Turn off');
    expect(api.of('PATCH /api/webhooks/hook-1').map(({ body }) => body)).toEqual([{ enabled: false }]);
    await choose(app, 'Chat bridge', 'Deliveries');
    await expect
      .poll(() => allIn(app.renderRoot, 'tbody .badge').map(words))
      .toEqual(['delivered', 'waiting', 'failed']);
    await press(app, 'Send a test');
    expect(api.of('POST /api/webhooks/hook-1/test')).toHaveLength(1);
  });
});

describe('AdminSettings', () => {
  it('sends only what was changed', async () => {
    const { app, api } = await open('settings');
    await fill(app, 'Making an account', 'open');
    await fill(app, 'Forget guests after', '0');
    await send(app, 'Save');
    expect(api.of('PATCH /api/settings').map(({ body }) => body)).toEqual([
      { registration: 'open', guestRetentionDays: 0 },
    ]);
    expect(toast(app)).toBe('The settings hold from now on.');
  });

  it('changes one’s own password', async () => {
    const { app, api } = await open('settings');
    await fill(app, 'Password now', 'right password');
    await fill(app, 'New password', 'a better one');
    await send(app, 'Change the password');
    expect(api.of('POST /api/auth/password').map(({ body }) => body)).toEqual([
      { current: 'right password', next: 'a better one' },
    ]);
  });
});

describe('AdminBackup', () => {
  it('restores a file only once the word was typed', async () => {
    const { app, api } = await open('backup');
    await send(app, 'Restore…');
    expect(allIn(app.renderRoot, '#no-file').map(words)).toEqual(['Choose a file first.']);
    const input = allIn(app.renderRoot, '#file')[0] as HTMLInputElement;
    const files = new DataTransfer();
    files.items.add(new File(['SQLite format 3'], 'old.sqlite'));
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
    await send(app, 'Restore…');
    expect(named(app, 'button', 'Replace everything').ariaDisabled).toBe('true');
    await fill(app, 'Type “restore” to confirm', 'restore');
    await send(app, 'Replace everything');
    await expect.poll(() => api.of('POST /api/backups/restore').map(({ body }) => body)).toEqual(['SQLite format 3']);
  });

  it('says why a file is not taken', async () => {
    const api = new FakeApi();
    api.refuse(
      'POST /api/backups/restore',
      400,
      'backup.invalid',
      'This file is not a backup of a Switchboard server.',
    );
    const { app } = await open('backup', api);
    const input = allIn(app.renderRoot, '#file')[0] as HTMLInputElement;
    const files = new DataTransfer();
    files.items.add(new File(['hello'], 'hello.txt'));
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
    await send(app, 'Restore…');
    await fill(app, 'Type “restore” to confirm', 'restore');
    await send(app, 'Replace everything');
    await expect
      .poll(() => allIn(app.renderRoot, '.notice.failed').map(words))
      .toEqual(['This file is not a backup of a Switchboard server.']);
  });
});

describe('AdminStress', () => {
  it('starts in the emptiest room, and stops', async () => {
    const { app, api } = await open('stress');
    await fill(app, 'Bots', '40');
    await send(app, 'Start the test');
    expect(api.of('POST /api/stress').map(({ body }) => body)).toEqual([
      { bots: 40, talkers: 2, channelId: 'pair', rampS: 5, durationS: 60, force: false },
    ]);
    await press(app, 'Stop');
    expect(api.of('DELETE /api/stress')).toHaveLength(1);
    await expect
      .poll(() => allIn(app.renderRoot, '.notice').map(words))
      .toEqual(['The last test: It was stopped by Ada.']);
  });

  it('asks before it starts among people', async () => {
    const api = new FakeApi();
    api.refuse('POST /api/stress', 409, 'stress.people_present', 'Three people are in rooms.');
    const { app } = await open('stress', api);
    await send(app, 'Start the test');
    expect(api.of('POST /api/stress')).toHaveLength(1);
    await send(app, 'Start anyway');
    await expect
      .poll(() => api.of('POST /api/stress').map(({ body }) => (body as { force: boolean }).force))
      .toEqual([false, true]);
  });
});

describe('AdminAudit', () => {
  it('filters by action and by who did it', async () => {
    const { app, api } = await open('audit');
    await fill(app, 'Action', 'ban.create');
    await expect.poll(() => allIn(app.renderRoot, 'tbody tr').length).toBe(1);
    await fill(app, 'Action', '');
    await choose(app, 'member.kick', 'Only by Grace');
    expect(api.of('GET /api/audit').at(-1)!.query.get('actorId')).toBe('user-grace');
    await press(app, 'By anybody');
    expect(api.of('GET /api/audit').at(-1)!.query.has('actorId')).toBe(false);
  });
});

describe('AdminMessages', () => {
  it('shows what was written as text, finds it, and deletes it after asking', async () => {
    const { app, api } = await open('messages');
    expect(allIn(app.renderRoot, 'td img')).toEqual([]);
    await fill(app, 'Search', 'onerror');
    await expect.poll(() => allIn(app.renderRoot, 'td.wide').map(words)).toEqual(['<img src=x onerror=alert(1)>']);
    await choose(app, 'Linus', 'Delete');
    await send(app, 'Delete');
    await expect.poll(() => api.of('DELETE /api/messages/message-4')).toHaveLength(1);
  });
});

describe('AdminBans', () => {
  it('keeps an address out for ever, and lets it back in', async () => {
    const { app, api } = await open('bans');
    await press(app, 'Ban an address');
    await fill(app, 'Address', '192.0.2.9');
    await fill(app, 'For how long', '0');
    await send(app, 'Ban');
    expect(api.of('POST /api/bans').map(({ body }) => body)).toEqual([
      { address: '192.0.2.9', reason: '', until: null },
    ]);
    await choose(app, '192.0.2.9', 'Lift the ban');
    await send(app, 'Lift the ban');
    await expect.poll(() => api.of('DELETE /api/bans/made-1')).toHaveLength(1);
  });
});

describe('AdminKeys', () => {
  it('names all that a key may do', async () => {
    const { app } = await open('keys');
    const named = allIn(app.renderRoot, 'tbody tr').map((row) => [...row.querySelectorAll('.row .badge')].map(words));
    expect(named).toContainEqual(['Read the audit log', 'Manage accounts', 'Remove others', 'Manage the server']);
  });
});

describe('AdminLogs', () => {
  it('shows more when asked for more', async () => {
    const { app } = await open('logs');
    expect(allIn(app.renderRoot, 'li.debug')).toEqual([]);
    await fill(app, 'At least', 'debug');
    await expect.poll(() => allIn(app.renderRoot, 'li.debug').length).toBe(1);
    expect(allIn(app.renderRoot, 'li.debug .level, li.log .level').map(words)).toContain('Note');
    expect(allIn(app.renderRoot, 'li.debug .level').map(words)).toEqual(['Detail']);
  });
});
