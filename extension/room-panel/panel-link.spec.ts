import { SwitchboardError } from '@switchboard/protocol';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { idleState, message, people, roomState, sent } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { bookmark } from './testing/fixture-calls.ts';
import { PanelRig } from './testing/panel-rig.ts';

const code = { language: 'c', path: 'src/a.c', startLine: 3, endLine: 4 };

function rig(client = new FixtureClient(roomState)) {
  const panel = new PanelRig();
  panel.calls.open(client);
  panel.listen();
  return { panel, client };
}

/** Lets promises do what they have to do. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('PanelLink', () => {
  it('tells a page all that it needs, and nothing before it listens', () => {
    const panel = new PanelRig();
    panel.calls.open(new FixtureClient(roomState));
    panel.link.attach((told) => panel.told.push(told));
    panel.link.focus(false);
    expect(panel.told).toEqual([]);
    panel.link.receive({ type: 'ready' });
    expect(panel.told).toEqual([
      { type: 'focus', focused: false },
      { type: 'call', call: { status: 'open', server: 'Workshop', client: 1 } },
      { type: 'state', client: 1, state: roomState, readId: '0005' },
    ]);
  });

  it('tells the same again to the next page', () => {
    const { panel, client } = rig();
    client.show({ muted: true });
    const before = panel.told.length;
    panel.link.receive({ type: 'ready' });
    expect(panel.told.slice(before).map(({ type }) => type)).toEqual(['focus', 'call', 'state']);
    expect(panel.of('state').at(-1)?.state.muted).toBe(true);
  });

  it('tells changes together, twenty times a second at most', () => {
    const { panel, client } = rig();
    for (let index = 0; index < 100; index++) {
      client.show({ muted: index % 2 === 0 });
      panel.clock.advance(10);
    }
    expect(panel.of('patch').length).toBeLessThanOrEqual(21);
    client.show({ muted: true });
    client.show({ deafened: true });
    panel.clock.advance(50);
    const last = panel.of('patch').at(-1);
    expect(last?.patch.set).toMatchObject({ deafened: true });
    expect(panel.clock.pending).toBe(0);
  });

  it('tells a view out of sight nothing, and does not keep its clock', () => {
    const { panel, client } = rig();
    client.show({ muted: true });
    client.show({ deafened: true });
    panel.link.receive({ type: 'meter', on: true });
    panel.told.length = 0;
    panel.link.hide();
    client.show({ notice: 'Hello' });
    client.hear(-20);
    panel.link.focus(false);
    panel.calls.end({ code: 'session.kicked', message: '' });
    panel.clock.advance(1_000);
    expect([panel.told, panel.clock.pending]).toEqual([[], 0]);
  });

  it('tells the level while somebody looks at it', () => {
    const { panel, client } = rig();
    client.hear(-30);
    panel.link.receive({ type: 'meter', on: true });
    client.hear(-20);
    panel.link.receive({ type: 'meter', on: false });
    client.hear(-10);
    expect(panel.of('level').map(({ dbfs }) => dbfs)).toEqual([-20]);
  });

  it('answers a call after what it has changed', async () => {
    const { panel, client } = rig();
    client.script('leave', () => client.show({ channelId: null }));
    client.show({ muted: true });
    panel.link.receive({ type: 'call', client: 1, id: 7, method: 'leave', args: [] });
    await settled();
    expect(panel.told.slice(-2)).toMatchObject([
      { type: 'patch', patch: { set: { channelId: null } } },
      { type: 'answer', client: 1, id: 7, outcome: { ok: true } },
    ]);
  });

  it('answers with what went wrong, and nobody who did not ask', async () => {
    const { panel, client } = rig();
    client.script('join', () => {
      throw new SwitchboardError('message.slow_mode', 'Wait.', { retryAfterMs: 3_000 });
    });
    client.script('setMuted', () => {
      throw new SwitchboardError('client.closed');
    });
    panel.link.receive({ type: 'call', client: 1, id: 8, method: 'join', args: ['quiet'] });
    panel.link.receive({ type: 'call', client: 1, id: null, method: 'setMuted', args: [true] });
    await settled();
    expect(panel.of('answer')).toEqual([
      {
        type: 'answer',
        client: 1,
        id: 8,
        outcome: { ok: false, problem: { code: 'message.slow_mode', message: 'Wait.', retryAfterMs: 3_000 } },
      },
    ]);
  });

  it('logs a defect, and tells the page no more than that', async () => {
    const { panel, client } = rig();
    client.script('leave', () => {
      throw new RangeError('inner workings');
    });
    panel.link.receive({ type: 'call', client: 1, id: 9, method: 'leave', args: [] });
    await settled();
    expect(panel.logged).toEqual(['A request of the room view failed: RangeError: inner workings']);
    expect(JSON.stringify(panel.of('answer'))).not.toContain('inner');
    expect(panel.of('answer')).toMatchObject([{ outcome: { ok: false, problem: { code: 'server.internal' } } }]);
  });

  it('does not answer the page that comes after the one which asked', async () => {
    const { panel } = rig();
    panel.link.receive({ type: 'call', client: 1, id: 1, method: 'leave', args: [] });
    panel.link.receive({ type: 'ready' });
    await settled();
    expect(panel.of('answer')).toEqual([]);
  });

  it('does not do to a client what was meant for the one before', () => {
    const { panel, client } = rig();
    const next = new FixtureClient(roomState);
    panel.calls.open(next);
    panel.link.receive({ type: 'call', client: 1, id: 1, method: 'leave', args: [] });
    expect([client.calls, next.calls]).toEqual([[], []]);
    expect(panel.of('answer')).toMatchObject([{ outcome: { problem: { code: 'client.closed' } } }]);
    expect(client.listeners).toBe(0);
    expect(panel.of('state').map((told) => told.client)).toEqual([1, 2]);
  });

  it('lets go of what a page held that is gone', () => {
    const { panel, client } = rig();
    const tell = (method: string, args: unknown[]) =>
      panel.link.receive({ type: 'call', client: 1, id: null, method, args });
    tell('setTalking', [true]);
    tell('startWhisper', [{ memberIds: ['grace'], channelIds: [] }]);
    tell('startEchoTest', []);
    panel.link.hide();
    expect(client.of('setTalking')).toEqual([[true], [false]]);
    expect([client.of('stopWhisper'), client.of('stopEchoTest')]).toEqual([[[]], [[]]]);
    panel.link.receive({ type: 'ready' });
    tell('setTalking', [true]);
    tell('setTalking', [false]);
    panel.link.detach();
    expect(client.of('setTalking')).toEqual([[true], [false], [true], [false]]);
  });

  it('says how the call stands', () => {
    const panel = new PanelRig();
    panel.listen();
    const client = new FixtureClient(idleState);
    panel.calls.become({ status: 'connecting', bookmark, client });
    panel.calls.open(client);
    panel.calls.end({ code: 'session.logged_out', message: 'Out.' }, { type: 'account', username: 'ada' });
    expect(panel.of('call').map(({ call }) => call)).toEqual([
      { status: 'none' },
      { status: 'connecting', server: 'Workshop' },
      { status: 'open', server: 'Workshop', client: 1 },
      {
        status: 'ended',
        server: 'Workshop',
        account: true,
        problem: { code: 'session.logged_out', message: 'Out.' },
      },
    ]);
    expect(panel.of('state')).toHaveLength(1);
    expect(client.listeners).toBe(0);
  });

  it('passes on what the editor has to do', () => {
    const { panel, client } = rig();
    const written = message({ by: people.grace, id: '0006', text: 'x = 1;', code });
    client.show({
      chat: { ...roomState.chat, entries: [...roomState.chat.entries, { status: 'sent', message: written }] },
    });
    panel.link.receive({ type: 'act', act: 'again' });
    panel.link.receive({ type: 'link', href: 'https://example.org/notes' });
    panel.link.receive({ type: 'code', messageId: '0006' });
    panel.link.receive({ type: 'code', messageId: '9999' });
    expect([panel.acts, panel.links, panel.codes, panel.link.refused]).toEqual([
      [['again', 'open']],
      ['https://example.org/notes'],
      [written],
      1,
    ]);
  });

  it('shows a section at once, or to the next page', () => {
    const { panel } = rig();
    panel.link.show('people');
    expect(panel.of('show')).toHaveLength(1);
    panel.link.hide();
    panel.link.show('chat');
    panel.link.receive({ type: 'ready' });
    panel.link.receive({ type: 'ready' });
    expect(panel.of('show').map(({ section }) => section)).toEqual(['people', 'chat']);
  });

  describe('unread messages', () => {
    const more = (client: FixtureClient, ...ids: string[]) =>
      client.show({
        chat: {
          ...client.state.chat,
          entries: [...client.state.chat.entries, ...ids.map((id) => sent({ by: people.grace, id, text: id }))],
        },
      });

    it('are counted while there is no page, from where the last one has read', () => {
      const { panel, client } = rig();
      more(client, '0006');
      panel.link.receive({ type: 'read', messageId: '0006' });
      panel.link.hide();
      more(client, '0007', '0008');
      expect(panel.link.unread).toBe(2);
      panel.link.receive({ type: 'ready' });
      expect(panel.of('state').at(-1)?.readId).toBe('0006');
      panel.link.receive({ type: 'read', messageId: '0008' });
      expect(panel.link.unread).toBe(0);
      panel.link.receive({ type: 'read', messageId: '0001' });
      expect(panel.link.unread).toBe(0);
    });

    it('are those of others', () => {
      const { panel, client } = rig();
      const chat = client.state.chat;
      client.show({
        chat: { ...chat, entries: [...chat.entries, sent({ by: people.self, id: '0006', text: 'mine' })] },
      });
      expect(panel.link.unread).toBe(0);
    });

    it('begin anew in another room, with what comes after its history', () => {
      const { panel, client } = rig();
      more(client, '0006');
      client.show({ channelId: 'quiet', chat: { entries: [], more: false, loading: true, typing: [] } });
      expect(panel.link.unread).toBe(0);
      const old = [sent({ by: people.grace, id: '0002', text: 'old' })];
      client.show({ chat: { entries: old, more: false, loading: false, typing: [] } });
      expect(panel.link.unread).toBe(0);
      more(client, '0009');
      expect(panel.link.unread).toBe(1);
      panel.calls.become({ status: 'none' });
      expect(panel.link.unread).toBe(0);
    });
  });

  it('leaves nothing behind', () => {
    const { panel, client } = rig();
    panel.link.receive({ type: 'meter', on: true });
    panel.link.close();
    expect(client.listeners).toBe(0);
    const before = panel.changes;
    panel.calls.become({ status: 'none' });
    expect(panel.changes).toBe(before);
  });
});
