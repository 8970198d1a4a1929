import { channel, member, roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { levelBar } from './level-bar.ts';
import { findRoom, nextRoom, roomsInOrder } from './rooms.ts';

describe('roomsInOrder', () => {
  it('is the order of the tree', () => {
    expect(roomsInOrder(roomState.channels).map(({ id }) => id)).toEqual([
      'lobby',
      'pair',
      'room-1',
      'room-2',
      'quiet',
    ]);
    const lost = channel({ id: 'lost', parentId: 'gone' });
    expect(roomsInOrder([lost]).map(({ id }) => id)).toEqual(['lost']);
  });
});

describe('nextRoom', () => {
  const next = (channelId: string | null, change: Partial<typeof roomState> = {}) =>
    nextRoom({ ...roomState, channelId, ...change })?.id;

  it('is the next that one can just go into, and the first after the last', () => {
    expect(next('lobby')).toBe('pair');
    // The room between has a password.
    expect(next('room-1')).toBe('quiet');
    expect(next('quiet')).toBe('lobby');
    expect(next(null)).toBe('lobby');
  });

  it('is none that is full or not open, and may be none at all', () => {
    const full = Array.from({ length: 4 }, (_, index) => member({ id: `m${index}`, channelId: 'room-1' }));
    expect(next('pair', { members: full })).toBe('quiet');
    expect(next('lobby', { channels: roomState.channels.slice(0, 1) })).toBeUndefined();
    expect(next('lobby', { permissions: ['see'] })).toBeUndefined();
  });
});

describe('findRoom', () => {
  const channels = [
    channel({ id: 'a', name: 'Lobby' }),
    channel({ id: 'b', name: 'lobby' }),
    channel({ id: 'Lobby', name: 'x' }),
  ];

  it.each([
    ['Lobby', 'Lobby'],
    ['lobby', 'b'],
    ['LOBBY', 'a'],
    ['X', 'Lobby'],
    ['other', undefined],
  ])('of %s is %s', (wanted, found) => {
    expect(findRoom(channels, wanted)?.id).toBe(found);
  });
});

describe('levelBar', () => {
  it('grows from silence to full scale', () => {
    const full = (dbfs: number) => levelBar(dbfs).replaceAll(/[^▮]/gu, '').length;
    expect([-127, -60, -30, 0, 6].map(full)).toEqual([0, 0, 10, 20, 20]);
    expect(levelBar(-30)).toHaveLength(20);
  });
});
