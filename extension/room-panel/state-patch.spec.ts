import type { ChatEntry, ClientState, CommandState } from '@switchboard/client';
import { idleState, member, people, roomState, sent } from '@switchboard/webcomponents/testing/fixtures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchBetween, patched } from './state-patch.ts';
import { acrossTheLine } from './testing/panel-rig.ts';

const entries: readonly ChatEntry[] = Array.from({ length: 12 }, (_, index) =>
  sent({ by: people.grace, id: String(index).padStart(4, '0'), text: `message ${index}` }),
);
const members = Array.from({ length: 8 }, (_, index) => member({ id: `m${index}` }));

const commands = ['roll', 'poll', 'raise'].map((name): CommandState => ({
  name,
  description: name,
  arguments: [],
  pluginName: 'Dice',
  by: 'client',
}));

const anyState: fc.Arbitrary<ClientState> = fc
  .record({
    members: fc.shuffledSubarray(members),
    speaking: fc.subarray(members.map(({ id }) => id)),
    channelId: fc.constantFrom(null, 'lobby', 'quiet'),
    muted: fc.boolean(),
    volumes: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(0, 1, 2)),
    notice: fc.constantFrom(null, 'Hello'),
    commands: fc.shuffledSubarray(commands),
    entries: fc.shuffledSubarray([...entries]),
    typing: fc.subarray(['m1', 'm2']),
    loading: fc.boolean(),
  })
  .map(({ entries: shown, typing, loading, ...rest }) => ({
    ...roomState,
    ...rest,
    chat: { entries: shown, more: false, loading, typing },
  }));

describe('a patch', () => {
  it('leads from any state to any other, across a line that carries JSON', () => {
    fc.assert(
      fc.property(anyState, anyState, (before, after) => {
        const patch = patchBetween(before, after);
        const arrived = patch === null ? before : patched(before, acrossTheLine(patch));
        expect(arrived).toEqual(after);
      }),
    );
  });

  it('is none where nothing has changed', () => {
    expect(patchBetween(roomState, { ...roomState })).toBeNull();
    expect(patchBetween(roomState, { ...roomState, chat: { ...roomState.chat } })).toBeNull();
  });

  it('leaves what has not changed the same object', () => {
    const after = {
      ...roomState,
      muted: true,
      members: roomState.members.map((one) => (one.id === 'grace' ? { ...one, muted: true } : one)),
    };
    const patch = patchBetween(roomState, after);
    expect(patch).toEqual({
      set: { muted: true },
      lists: { members: { at: 1, gone: 1, items: [after.members[1]] } },
    });
    const arrived = patched(roomState, acrossTheLine(patch!));
    expect(arrived.chat).toBe(roomState.chat);
    expect(arrived.channels).toBe(roomState.channels);
    expect(arrived.members[0]).toBe(roomState.members[0]);
    expect(arrived.members[3]).toBe(roomState.members[3]);
  });

  it('carries a new message, and none of those before it', () => {
    const news = sent({ by: people.linus, id: '0006', text: 'new' });
    const chat = { ...roomState.chat, entries: [...roomState.chat.entries, news] };
    const patch = patchBetween(roomState, { ...roomState, chat });
    expect(patch).toEqual({
      set: {},
      lists: {},
      chat: { set: {}, lists: { entries: { at: roomState.chat.entries.length, gone: 0, items: [news] } } },
    });
    const arrived = patched(roomState, patch!);
    expect(arrived.chat.entries[0]).toBe(roomState.chat.entries[0]);
    expect(arrived.chat.typing).toBe(roomState.chat.typing);
  });

  it('finds the stretch that differs where items repeat', () => {
    const [one] = roomState.members;
    const before = { ...idleState, members: [one!, one!] };
    const after = { ...idleState, members: [one!, one!, one!] };
    expect(patched(before, patchBetween(before, after)!).members).toHaveLength(3);
  });
});
