import { describe, expect, it } from 'vitest';
import { find, key, words } from '../../testing/stage.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { house } from '../testing/fixtures.ts';
import { allIn, choose, fill, go, named, open, press, quiet, send, toast } from '../testing/stage.ts';

const lineOf = (app: Parameters<typeof press>[0], name: string): HTMLElement => {
  const found = allIn(app.renderRoot, '.line').find((line) => words(line).startsWith(name));
  if (found === undefined) throw new Error(`There is no line ${name}.`);
  return found;
};

describe('AdminRooms', () => {
  it('shows the rooms in each other and who is in them', async () => {
    const { app } = await open('rooms');
    const lines = allIn(app.renderRoot, '.line').map((line) => words(line.querySelector('a, .name')!));
    expect(lines).toEqual([
      ...['Lobby', 'Grace', 'Linus', 'Pair programming', 'Desk 1', 'Margaret', 'Desk 2', 'Staff'],
      ...['Grace’s table', 'Rosalind'],
    ]);
  });

  it('moves somebody who is dragged to another room', async () => {
    const { app, api } = await open('rooms');
    const dataTransfer = new DataTransfer();
    const drag = (type: string, target: HTMLElement): boolean =>
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    drag('dragstart', lineOf(app, 'Linus'));
    const desk = lineOf(app, 'Desk 2');
    expect(drag('dragover', desk)).toBe(false);
    await quiet(app);
    expect(desk.classList).toContain('over');
    drag('drop', desk);
    await quiet(app);
    expect(api.of('POST /api/move/member-linus').map(({ body }) => body)).toEqual([{ channelId: 'desk-2' }]);
    expect(toast(app)).toContain('Linus is in Desk 2 now.');
    expect(words(lineOf(app, 'Linus').closest('ul')!.previousElementSibling!)).toContain('Desk 2');
  });

  it('moves somebody by the menu, with the keyboard alone', async () => {
    const { app, api } = await open('rooms');
    await press(app, 'Actions for Linus', 'button');
    const menu = allIn(app.renderRoot, '[role=menu]').find((one) => one.matches(':popover-open'))!;
    const root = menu.getRootNode() as ShadowRoot;
    expect(words(root.activeElement!)).toBe('Unmute');
    key(root.activeElement!, 'ArrowDown');
    key(root.activeElement!, 'm');
    expect(words(root.activeElement!)).toBe('Move to…');
    (root.activeElement as HTMLElement).click();
    await quiet(app);
    await fill(app, 'Room', 'staff');
    await send(app, 'Move');
    expect(api.of('POST /api/move/member-linus').map(({ body }) => body)).toEqual([{ channelId: 'staff' }]);
  });

  it('holds whoever has the same rank or a higher one, and says so in the menu', async () => {
    const { app, api } = await open('rooms', new FakeApi(house(['member.kick', 'member.move', 'member.mute'])));
    expect(lineOf(app, 'Grace').draggable).toBe(false);
    expect(lineOf(app, 'Linus').draggable).toBe(true);
    await choose(app, 'Grace', 'Mute for everyone');
    expect(api.of('POST /api/mute/member-grace')).toEqual([]);
    const item = allIn(app.renderRoot, '[role=menuitem][aria-disabled=true]')[0]!;
    expect(words(item)).toContain('rank is not below yours');
  });

  it('makes a room inside another', async () => {
    const { app, api } = await open('rooms');
    await choose(app, 'Pair programming', 'New room inside');
    await expect.poll(() => allIn(app.renderRoot, '#parent').length).toBe(1);
    await fill(app, 'Name', 'Desk 3');
    await fill(app, 'Password', 'knock');
    await send(app, 'Create the room');
    expect(api.of('POST /api/channels')[0]!.body).toMatchObject({
      name: 'Desk 3',
      serverId: 'server',
      parentId: 'pair',
      password: 'knock',
      bitrateBps: 32_000,
      forwardLimit: null,
    });
    await expect.poll(() => location.hash).toMatch(/^#rooms\/made-/);
  });

  it('sends only what was changed, and takes a password away', async () => {
    const { app, api } = await open('rooms/staff');
    await fill(app, 'Topic', 'For those who help');
    (allIn(app.renderRoot, '#no-password')[0] as HTMLInputElement).click();
    await quiet(app);
    await send(app, 'Save');
    expect(api.of('PATCH /api/channels/staff').map(({ body }) => body)).toEqual([
      { topic: 'For those who help', password: null },
    ]);
  });

  it('does not let a room lie in itself or below', async () => {
    const { app } = await open('rooms/pair');
    const options = [...allIn(app.renderRoot, '#parent')[0]!.querySelectorAll('option')].map(words);
    expect(options).toEqual(['The top of the list', 'Lobby', 'Staff', 'Grace’s table']);
  });

  it('shows at the field what the server does not take', async () => {
    const api = new FakeApi();
    api.refuse('PATCH /api/channels/lobby', 400, 'protocol.invalid', 'The topic has a line break.', 'topic');
    const { app } = await open('rooms/lobby', api);
    await fill(app, 'Topic', 'x');
    await send(app, 'Save');
    const field = allIn(app.renderRoot, '#topic')[0]!;
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(words(find(app, 'admin-rooms >>> admin-room-editor >>> #topic-error'))).toBe('The topic has a line break.');
  });

  it('orders rooms, and deletes one after asking', async () => {
    const { app, api } = await open('rooms');
    await choose(app, 'Staff', 'Move up');
    expect(api.of('PATCH /api/channels/staff').map(({ body }) => body)).toEqual([{ position: 1 }]);
    await choose(app, 'Desk 2', 'Delete');
    expect(api.of('DELETE /api/channels/desk-2')).toEqual([]);
    await send(app, 'Delete');
    expect(api.of('DELETE /api/channels/desk-2')).toHaveLength(1);
    await choose(app, 'Staff', 'Delete');
    await press(app, 'Cancel');
    expect(api.of('DELETE /api/channels/staff')).toEqual([]);
  });

  it('sets what roles may do in a room, from as elsewhere to allowed to denied and back', async () => {
    const { app, api } = await open('rooms/staff');
    await press(app, 'Speak for Member: as elsewhere', 'button');
    await press(app, 'Speak for Member: allowed', 'button');
    expect(named(app, 'button', 'Speak for Member: denied')).toBeDefined();
    await press(app, 'Join for Guest: denied', 'button');
    const editor = find(app, 'admin-rooms >>> admin-room-editor >>> admin-room-rules');
    const save = [...editor.shadowRoot!.querySelectorAll('button')].find((one) => words(one) === 'Save')!;
    save.click();
    await quiet(app);
    expect(api.of('PUT /api/channels/staff/rules').map(({ body }) => body)).toEqual([
      {
        items: [
          { roleId: 'guest', allow: [], deny: ['see'] },
          { roleId: 'member', allow: [], deny: ['speak'] },
        ],
      },
    ]);
  });

  it('says why a permission cannot be given', async () => {
    const permissions = ['member.kick', 'channel.manage', 'see', 'speak'] as const;
    const { app } = await open('rooms/lobby', new FakeApi(house(permissions)));
    await press(app, 'Whisper for Member: as elsewhere. You do not have this permission yourself.', 'button');
    expect(toast(app)).toContain('You do not have this permission yourself.');
    await press(app, 'Speak for Moderator: as elsewhere. This role’s rank is not below yours.', 'button');
    expect(toast(app)).toContain('rank is not below yours');
  });

  it('keeps what was not saved while one looks at another room', async () => {
    const { app } = await open('rooms/lobby');
    await fill(app, 'Topic', 'New words');
    await go(app, 'rooms/staff');
    await go(app, 'rooms/lobby');
    expect((allIn(app.renderRoot, '#topic')[0] as HTMLInputElement).value).toBe('New words');
  });
});
