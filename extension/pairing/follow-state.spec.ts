import type { Place } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followTransition, IDLE, type FollowEffect, type FollowEvent, type FollowState } from './follow-state.ts';

const at = (line: number): Place => ({ workspace: 'w', path: 'a.ts', line });
const places = (place: Place | undefined): FollowEvent => ({ type: 'places', roommates: new Map([['ada', place]]) });
const start = (place?: Place): FollowEvent => ({ type: 'start', memberId: 'ada', place });
const jump = (line: number): FollowEffect => ({ type: 'jump', place: at(line) });

function run(events: readonly FollowEvent[]): { state: FollowState; effects: FollowEffect[] } {
  const all: FollowEffect[] = [];
  const state = events.reduce<FollowState>((before, event) => {
    const { state: next, effects } = followTransition(before, event);
    all.push(...effects);
    return next;
  }, IDLE);
  return { state, effects: all };
}

describe('following', () => {
  it('jumps at once, and to each new place, one after the other', () => {
    const { effects } = run([start(at(1)), places(at(1)), { type: 'jumped' }, places(at(2))]);
    expect(effects).toEqual([jump(1), jump(2)]);
  });

  it('goes to the latest of what came during a jump', () => {
    const { effects } = run([start(at(1)), places(at(2)), places(at(3)), { type: 'jumped' }, { type: 'jumped' }]);
    expect(effects).toEqual([jump(1), jump(3)]);
  });

  it('waits where no file is shared, and goes on later', () => {
    expect(run([start(), places({ branch: 'main' }), places(at(4))]).effects).toEqual([jump(4)]);
  });

  it.each([
    ['moved', { type: 'moved' }],
    ['asked', { type: 'stop' }],
    ['gone', { type: 'places', roommates: new Map() }],
  ] as const)('ends when one has %s', (reason, event) => {
    const { state, effects } = run([start(at(1)), { type: 'jumped' }, event, places(at(2))]);
    expect(state).toEqual(IDLE);
    expect(effects).toEqual([jump(1), { type: 'stopped', reason }]);
  });

  it('changes to somebody else, after the jump that is under way', () => {
    const other: FollowEvent = { type: 'start', memberId: 'bob', place: at(9) };
    expect(run([start(at(1)), other, { type: 'jumped' }]).effects).toEqual([jump(1), jump(9)]);
  });

  it('jumps anew after the jump during which it was stopped', () => {
    expect(run([start(at(1)), { type: 'stop' }, start(at(2)), { type: 'jumped' }]).effects).toEqual([
      jump(1),
      { type: 'stopped', reason: 'asked' },
      jump(2),
    ]);
  });

  it('has one jump under way at a time, none of them when idle, and ends up at the latest place', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('start' as const), memberId: fc.constant('ada'), place: fc.constant(undefined) }),
      fc.integer({ min: 1, max: 4 }).map((line) => places(at(line))),
      fc.constant<FollowEvent>({ type: 'jumped' }),
      fc.constantFrom<FollowEvent>({ type: 'moved' }, { type: 'stop' }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let state: FollowState = IDLE;
        let underWay = false;
        let latest: Place | undefined;
        for (const event of events) {
          // Nobody tells of a jump that there was not.
          if (event.type === 'jumped' && !underWay) continue;
          if (event.type === 'jumped') underWay = false;
          const { state: next, effects } = followTransition(state, event);
          if (event.type === 'start') latest = undefined;
          if (event.type === 'places' && state.status === 'following') latest = event.roommates.get('ada');
          state = next;
          for (const effect of effects) {
            if (effect.type !== 'jump') continue;
            expect(state.status).toBe('following');
            expect(underWay).toBe(false);
            underWay = true;
          }
        }
        if (state.status === 'following' && !state.jumping) expect(state.at).toEqual(latest);
      }),
    );
  });
});
