import { describe, expect, it } from 'vitest';
import { words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, fill, go, named, open, press, send, toast } from '../testing/stage.ts';

const MANAGER = ['role.manage', 'see', 'join', 'member.mute'] as const;

describe('AdminRoles', () => {
  it('changes permissions of several roles in the table, and saves each role once', async () => {
    const { app, api } = await open('roles');
    await press(app, 'Invite: Member', 'input');
    await press(app, 'Whisper: Member', 'input');
    await press(app, 'Move others: Event host', 'input');
    await press(app, 'Save the changes');
    expect(api.of('PATCH /api/roles/member').map(({ body }) => body)).toEqual([
      { permissions: ['see', 'join', 'speak', 'chat.send', 'channel.temporary', 'invite.create'] },
    ]);
    expect(api.of('PATCH /api/roles/host')).toHaveLength(1);
    expect(toast(app)).toBe('The roles are changed.');
    expect((named(app, 'input', 'Invite: Member') as HTMLInputElement).checked).toBe(true);
  });

  it('has nothing to save when a change was taken back', async () => {
    const { app } = await open('roles');
    await press(app, 'Invite: Member', 'input');
    await press(app, 'Invite: Member', 'input');
    expect(named(app, 'button', 'Save the changes').ariaDisabled).toBe('true');
  });

  it('keeps changes of the table while one looks elsewhere', async () => {
    const { app } = await open('roles');
    await press(app, 'Invite: Member', 'input');
    await go(app, 'bans');
    await go(app, 'roles');
    expect((named(app, 'input', 'Invite: Member') as HTMLInputElement).checked).toBe(true);
  });

  it('holds what one may not change, in reach of the keyboard and with the reason', async () => {
    const { app, api } = await open('roles', new FakeApi(house(MANAGER)));
    const higher = 'See: Moderator. Its rank is not below yours: only somebody of a higher rank can change it.';
    await press(app, higher, 'input');
    expect((named(app, 'input', higher) as HTMLInputElement).checked).toBe(true);
    expect(toast(app)).toContain('rank is not below yours');
    const lacked = 'Ban: Member. You do not have this permission yourself, so you cannot give it.';
    const box = named(app, 'input', lacked) as HTMLInputElement;
    expect(box.disabled).toBe(false);
    box.click();
    expect(box.checked).toBe(false);
    expect(api.of('PATCH /api/roles/member')).toEqual([]);
  });

  it('makes a role', async () => {
    const { app, api } = await open('roles/new');
    await fill(app, 'Name', 'Readers');
    await fill(app, 'Rank', '150');
    (allIn(app.renderRoot, '#p-see')[0] as HTMLInputElement).click();
    await send(app, 'Make the role');
    expect(api.of('POST /api/roles').map(({ body }) => body)).toEqual([
      { name: 'Readers', rank: 150, colour: null, permissions: ['see'] },
    ]);
    await expect.poll(() => location.hash).toBe('#roles');
    expect(allIn(app.renderRoot, '.roles strong').map(words)).toContain('Readers');
  });

  it('shows why the server does not take it', async () => {
    const api = new FakeApi();
    api.refuse('POST /api/roles', 403, 'access.rank', 'This is for people of a higher rank.');
    const { app } = await open('roles/new', api);
    await fill(app, 'Name', 'Readers');
    await send(app, 'Make the role');
    expect(allIn(app.renderRoot, '.notice.failed').map(words)).toEqual(['This is for people of a higher rank.']);
  });

  it('deletes a role after asking, and no built-in one', async () => {
    const { app, api } = await open('roles/host');
    await press(app, 'Delete');
    const question = allIn(app.renderRoot, 'admin-confirm')[0]!.shadowRoot!;
    expect(words(question.querySelector('p')!)).toBe('3 people lose it, and what it allows.');
    question.querySelector<HTMLElement>('.destructive')!.click();
    await expect.poll(() => api.of('DELETE /api/roles/host')).toHaveLength(1);
    await go(app, 'roles/member');
    expect(allIn(app.renderRoot, 'admin-role-editor')[0]!.shadowRoot!.textContent).toContain('cannot be deleted');
  });
});
