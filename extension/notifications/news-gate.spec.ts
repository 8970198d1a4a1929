import { describe, expect, it } from 'vitest';
import { HandClock } from '../room-panel/testing/hand-clock.ts';
import { NewsGate } from './news-gate.ts';

const arrival = (name: string) => ({ kind: 'arrival', name }) as const;

function setUp() {
  const clock = new HandClock();
  const told: string[] = [];
  const sut = new NewsGate(clock, (news) => told.push(news.map(({ name }) => name).join('+')));
  return { clock, told, sut };
}

describe('NewsGate', () => {
  it('tells the first at once, and those that follow together', () => {
    const { clock, told, sut } = setUp();
    sut.add([]);
    sut.add([arrival('A')]);
    sut.add([arrival('B')]);
    sut.add([arrival('C')]);
    expect(told).toEqual(['A']);
    clock.advance(5_000);
    expect(told).toEqual(['A', 'B+C']);
    clock.advance(5_000);
    sut.add([arrival('D')]);
    expect(told).toEqual(['A', 'B+C', 'D']);
  });

  it('forgets what has been dropped, and tells nothing once it is closed', () => {
    const { clock, told, sut } = setUp();
    sut.add([arrival('A')]);
    sut.add([arrival('B')]);
    sut.drop();
    clock.advance(5_000);
    sut.add([arrival('C')]);
    sut.add([arrival('D')]);
    sut.close();
    clock.advance(60_000);
    expect(told).toEqual(['A', 'C']);
  });
});
