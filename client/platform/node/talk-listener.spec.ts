import { describe, expect, it } from 'vitest';
import { aMember } from '../../session/testing/fake-server.ts';
import { findListener } from './talk-listener.ts';

const state = {
  selfId: 'self',
  members: [
    aMember('self', { nickname: 'Zoë', channelId: 'lobby' }),
    aMember('ben', { nickname: 'Ben', channelId: 'desk' }),
    aMember('idle', { nickname: 'Cleo' }),
  ],
};

describe('findListener', () => {
  it('finds a person in whatever room, however the name is written', () => {
    expect(findListener(state, ' BEN ')?.id).toBe('ben');
  });

  it.each([
    ['who is in no room', 'Cleo'],
    ['oneself', 'Zoe\u0308'],
    ['who is not there', 'Dora'],
  ])('does not find %s', (_, nickname) => {
    expect(findListener(state, nickname)).toBeUndefined();
  });
});
