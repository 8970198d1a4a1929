import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channel, member } from '../testing/fixtures.ts';
import { treeKey, treeRows } from './tree-rows.ts';

const servers = [{ id: 's1', name: 'Home' }];
const lobby = channel({ id: 'lobby', name: 'Lobby' });
const pair = channel({ id: 'pair', name: 'Pair programming' });
const room = channel({ id: 'room', name: 'Room 1', parentId: 'pair' });
const ada = member({ id: 'ada', nickname: 'Ada', channelId: 'pair' });
const sut = (collapsed: readonly string[] = []) =>
  treeRows({ servers, channels: [lobby, pair, room], members: [ada] }, new Set(collapsed));
const keys = (rows: ReturnType<typeof sut>) => rows.map((row) => `${row.level} ${row.key}`);

describe('treeRows', () => {
  it('puts the people of a channel before its channels', () => {
    expect(keys(sut())).toEqual(['1 c:lobby', '1 c:pair', '2 m:ada', '2 c:room']);
  });

  it('hides what a collapsed channel contains', () => {
    expect(keys(sut(['c:pair']))).toEqual(['1 c:lobby', '1 c:pair']);
  });

  it('gives servers a line only where there are several', () => {
    const rows = treeRows(
      { servers: [...servers, { id: 's2', name: 'Work' }], channels: [lobby], members: [] },
      new Set(),
    );
    expect(rows.map((row) => row.key)).toEqual(['s:s1', 'c:lobby', 's:s2']);
  });

  it('keeps every channel and counts its siblings, whatever the parents are', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'gone');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), ids), { selector: ([id]) => id }),
        (pairs) => {
          // A parent comes before its children in the alphabet: no loops, as the server promises.
          const channels = pairs.map(([id, parentId]) =>
            channel({ id, parentId: parentId > id && parentId !== 'gone' ? null : parentId === id ? null : parentId }),
          );
          const rows = treeRows({ servers, channels, members: [] }, new Set());
          expect(rows.map((row) => row.key).toSorted()).toEqual(channels.map(({ id }) => `c:${id}`).toSorted());
          for (const row of rows) {
            expect(rows.filter((other) => other.parentKey === row.parentKey)).toHaveLength(row.setSize);
          }
        },
      ),
    );
  });
});

describe('treeKey', () => {
  it.each([
    ['c:lobby', 'ArrowDown', { type: 'focus', key: 'c:pair' }],
    ['c:lobby', 'ArrowUp', undefined],
    ['c:lobby', 'End', { type: 'focus', key: 'c:room' }],
    ['c:room', 'Home', { type: 'focus', key: 'c:lobby' }],
    ['c:pair', 'ArrowRight', { type: 'focus', key: 'm:ada' }],
    ['c:pair', 'ArrowLeft', { type: 'collapse', key: 'c:pair' }],
    ['m:ada', 'ArrowLeft', { type: 'focus', key: 'c:pair' }],
    ['c:lobby', 'Enter', { type: 'activate', key: 'c:lobby' }],
    ['c:lobby', 'r', { type: 'focus', key: 'c:room' }],
    ['c:lobby', 'Tab', undefined],
  ])('from %s with %s', (focused, key, expected) => {
    expect(treeKey(sut(), focused, key, false)).toEqual(expected);
  });

  it('expands what is collapsed', () => {
    expect(treeKey(sut(['c:pair']), 'c:pair', 'ArrowRight', false)).toEqual({ type: 'expand', key: 'c:pair' });
  });

  it('turns left and right around in right-to-left text', () => {
    expect(treeKey(sut(), 'm:ada', 'ArrowRight', true)).toEqual({ type: 'focus', key: 'c:pair' });
  });
});
