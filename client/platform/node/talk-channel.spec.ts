import type { Channel } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { findChannel } from './talk-channel.ts';

function channel(id: string, name: string, parentId: string | null = null): Channel {
  const audio = { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null } as const;
  const settings = { locked: false, memberLimit: null, slowModeS: 0, temporary: false, audio };
  return { id, serverId: 's', parentId, name, topic: '', position: 0, ...settings };
}

const CHANNELS = [
  channel('1', 'Lobby'),
  channel('2', 'Pair programming'),
  channel('3', 'Room 1', '2'),
  channel('4', 'Reviews'),
  channel('5', 'Room 1', '4'),
  channel('6', 'Room 2', '4'),
];

describe('findChannel', () => {
  it.each([
    ['Lobby', '1'],
    ['lobby ', '1'],
    ['Room 2', '6'],
    ['Pair programming/Room 1', '3'],
    ['reviews / room 1', '5'],
  ])('finds %j', (wanted, id) => {
    expect(findChannel(CHANNELS, wanted).id).toBe(id);
  });

  it('lists those there are when there is none of that name', () => {
    expect(() => findChannel(CHANNELS, 'Loby')).toThrow(/no channel "Loby".*"Lobby".*"Pair programming\/Room 1"/);
  });

  it('lists those that are meant when there are several', () => {
    expect(() => findChannel(CHANNELS, 'Room 1')).toThrow(/"Pair programming\/Room 1", "Reviews\/Room 1"\.$/);
  });

  it('does not follow parents in a circle', () => {
    expect(findChannel([channel('1', 'A', '2'), channel('2', 'B', '1')], 'A').id).toBe('1');
  });
});
