import { describe, expect, it } from 'vitest';
import { roomChanges } from './room-changes.ts';
import { channel, idleState, people, roomState, sent } from './testing/fixtures.ts';

const kinds = (changes: ReturnType<typeof roomChanges>) => changes.map(({ type }) => type);

describe('roomChanges', () => {
  it('tells joining with the channel', () => {
    const before = { ...roomState, channelId: null };
    expect(roomChanges(before, roomState)).toEqual([{ type: 'joined', channel: roomState.channels[0] }]);
  });

  it('tells leaving before joining when one changes rooms', () => {
    expect(kinds(roomChanges(roomState, { ...roomState, channelId: 'quiet' }))).toEqual(['left', 'joined']);
  });

  it('takes no history for news', () => {
    const before = { ...roomState, chat: { ...roomState.chat, entries: [], loading: true } };
    expect(roomChanges(before, roomState)).toEqual([]);
    const older = sent({ by: people.grace, id: '0000' });
    const loaded = { ...roomState, chat: { ...roomState.chat, entries: [older, ...roomState.chat.entries] } };
    expect(roomChanges(roomState, loaded)).toEqual([]);
  });

  it('tells new messages, and whose they are', () => {
    const entries = [
      ...roomState.chat.entries,
      sent({ by: people.self, id: '0006' }),
      sent({ by: people.grace, id: '0007' }),
    ];
    const changes = roomChanges(roomState, { ...roomState, chat: { ...roomState.chat, entries } });
    expect(changes.map((change) => change.type === 'message' && change.own)).toEqual([true, false]);
  });

  it('tells who came and who went, but not oneself', () => {
    const after = { ...roomState, members: [people.grace, people.linus, { ...people.margaret, channelId: 'lobby' }] };
    expect(roomChanges(roomState, after)).toEqual([{ type: 'arrived', member: after.members[2] }]);
    expect(kinds(roomChanges(after, { ...after, members: [people.grace] }))).toEqual(['departed', 'departed']);
  });

  it('tells who begins and stops speaking, also someone who is gone', () => {
    const after = { ...roomState, members: [people.self], speaking: ['self'] };
    expect(roomChanges({ ...roomState, channelId: null }, { ...after, channelId: null })).toEqual([
      { type: 'speaking', member: people.self, speaking: true },
      { type: 'speaking', member: people.grace, speaking: false },
      { type: 'speaking', member: people.margaret, speaking: false },
    ]);
  });

  it('tells nothing of a room that is not known', () => {
    expect(roomChanges(idleState, { ...idleState, channelId: 'x', channels: [channel({ id: 'y' })] })).toEqual([]);
  });

  it('tells who begins to whisper, wherever they are, once', () => {
    const grace = { ...roomState, whisperedBy: ['grace'] };
    const both = { ...roomState, whisperedBy: ['grace', 'margaret'] };
    expect(roomChanges(roomState, grace)).toEqual([{ type: 'whispers', member: people.grace }]);
    expect(roomChanges(grace, both)).toEqual([{ type: 'whispers', member: people.margaret }]);
    expect(roomChanges(both, roomState)).toEqual([]);
  });
});
