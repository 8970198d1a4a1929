import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TurnedClock } from '../engine/testing/turned-clock.ts';
import { HeldChord } from './held-chord.ts';
import { parseChord } from './keys.ts';

const CTRL_LEFT = 0x1d;
const CTRL_RIGHT = 0xe1d;
const SPACE = 0x39;
const A = 0x1e;

const chordOf = (text: string, clock = new TurnedClock(), lost: () => void = () => undefined): HeldChord =>
  new HeldChord(parseChord(text)!, clock, lost);

describe('HeldChord', () => {
  it('tells one press and one release of a key that repeats', () => {
    const sut = chordOf('Space');
    const changes = [true, true, true, false].map((down) => sut.key(SPACE, down));
    expect(changes).toEqual(['pressed', undefined, undefined, 'released']);
  });

  it('begins with the last key of a chord and ends with the first that comes up', () => {
    const sut = chordOf('Ctrl+Space');
    expect(sut.key(CTRL_LEFT, true)).toBeUndefined();
    expect(sut.key(SPACE, true)).toBe('pressed');
    expect(sut.key(CTRL_LEFT, false)).toBe('released');
    expect(sut.key(SPACE, false)).toBeUndefined();
  });

  it('goes on while one of two Ctrl keys is still down', () => {
    const sut = chordOf('Ctrl');
    expect(sut.key(CTRL_LEFT, true)).toBe('pressed');
    expect(sut.key(CTRL_RIGHT, true)).toBeUndefined();
    expect(sut.key(CTRL_LEFT, false)).toBeUndefined();
    expect(sut.key(CTRL_RIGHT, false)).toBe('released');
  });

  it('is not disturbed by other keys', () => {
    const sut = chordOf('Space');
    sut.key(A, true);
    expect(sut.key(SPACE, true)).toBe('pressed');
    expect(sut.key(A, false)).toBeUndefined();
    expect(sut.key(SPACE, false)).toBe('released');
  });

  describe('whose key comes up unseen', () => {
    function watched(text: string) {
      const clock = new TurnedClock();
      let lost = 0;
      const sut = chordOf(text, clock, () => lost++);
      return { sut, clock, lost: () => lost };
    }

    it('is lost where it repeated and does so no more', () => {
      const { sut, clock, lost } = watched('Space');
      sut.key(SPACE, true);
      for (let i = 0; i < 1_000; i++) {
        clock.turn(500);
        sut.key(SPACE, true);
      }
      clock.turn(2_999);
      expect(lost()).toBe(0);
      clock.turn(1);
      expect(lost()).toBe(1);
      // It is held anew, and comes up once.
      expect([sut.key(SPACE, true), sut.key(SPACE, false), sut.key(SPACE, false)]).toEqual([
        'pressed',
        'released',
        undefined,
      ]);
      clock.turn(600_000);
      expect([lost(), clock.pending]).toEqual([1, 0]);
    });

    it('goes on for long where another key was pressed meanwhile, which ends repeating, and not for ever', () => {
      const { sut, clock, lost } = watched('Space');
      for (let i = 0; i < 2; i++) sut.key(SPACE, true);
      sut.key(A, true);
      for (let i = 0; i < 119; i++) {
        clock.turn(1_000);
        sut.key(A, i % 2 === 0);
      }
      expect(lost()).toBe(0);
      clock.turn(1_000);
      expect(lost()).toBe(1);
    });

    it('is lost in the end where its keys do not repeat', () => {
      const { sut, clock, lost } = watched('Ctrl');
      sut.key(CTRL_LEFT, true);
      clock.turn(119_999);
      expect(lost()).toBe(0);
      clock.turn(1);
      expect(lost()).toBe(1);
      expect(sut.key(CTRL_LEFT, false)).toBeUndefined();
    });

    it('does not begin by half of its keys a while later', () => {
      const { sut, clock } = watched('Ctrl+Space');
      sut.key(CTRL_LEFT, true);
      clock.turn(120_000);
      expect(sut.key(SPACE, true)).toBeUndefined();
      expect(sut.key(CTRL_RIGHT, true)).toBe('pressed');
    });

    it('is held as long as the key that was pressed last repeats, for those that cannot', () => {
      const { sut, clock, lost } = watched('Ctrl+Space');
      sut.key(CTRL_LEFT, true);
      const changes = Array.from({ length: 400 }, () => {
        clock.turn(400);
        return sut.key(SPACE, true);
      });
      expect(changes.filter((change) => change !== undefined)).toEqual(['pressed']);
      expect([lost(), sut.key(CTRL_LEFT, false)]).toEqual([0, 'released']);
    });
  });

  it('is held exactly while all of its keys are, and tells only of changes', () => {
    const event = fc.tuple(fc.constantFrom(CTRL_LEFT, CTRL_RIGHT, SPACE, A), fc.boolean());
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const sut = chordOf('Ctrl+Space');
        const down = new Set<number>();
        let held = false;
        for (const [code, isDown] of events) {
          if (isDown) down.add(code);
          else down.delete(code);
          const before = held;
          held = down.has(SPACE) && (down.has(CTRL_LEFT) || down.has(CTRL_RIGHT));
          const expected = held === before ? undefined : held ? 'pressed' : 'released';
          expect(sut.key(code, isDown)).toBe(expected);
        }
      }),
    );
  });
});
