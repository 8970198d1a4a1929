import { SwitchboardError, type ErrorCode, type Place } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Session } from './session.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { OwnPlace } from './own-place.ts';

const at = (line: number): Place => ({ workspace: 'switchboard', path: 'src/a.ts', line });

describe('OwnPlace', () => {
  let clock: FakeClock;
  let told: (Place | null)[];
  /** What the server answers; undefined for yes. */
  let answer: ErrorCode | undefined;
  let sut: OwnPlace;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    answer = undefined;
    const session = {
      ask: (_type: string, { place }: { place: Place | null }, settle: (outcome: unknown) => void) => {
        told.push(place);
        settle(answer === undefined ? { ok: true, data: {} } : { ok: false, error: new SwitchboardError(answer) });
      },
    } as unknown as Pick<Session, 'ask'>;
    sut = new OwnPlace(session, clock);
  });

  it('tells nothing in no room, and on entering what is the case by then', () => {
    sut.share(at(1));
    sut.share(at(2));
    expect(told).toEqual([]);
    sut.entered();
    expect(told).toEqual([at(2)]);
  });

  it('tells nothing by itself', async () => {
    sut.entered();
    sut.resumed();
    await clock.advance(10_000);
    expect(told).toEqual([]);
  });

  it('tells the latest once a second, and the same place once', async () => {
    sut.entered();
    for (const line of [1, 2, 3]) sut.share(at(line));
    expect(told).toEqual([at(1)]);
    await clock.advance(1_000);
    expect(told).toEqual([at(1), at(3)]);
    await clock.advance(10_000);
    sut.share(at(3));
    sut.share({ ...at(3), line: 3 });
    expect(told).toEqual([at(1), at(3)]);
    sut.share(null);
    expect(told).toEqual([at(1), at(3), null]);
  });

  it('tells the next room anew, at once', () => {
    sut.entered();
    sut.share(at(1));
    sut.entered();
    expect(told).toEqual([at(1), at(1)]);
  });

  it('tells again after a connection that was lost, for the reply may have been', async () => {
    sut.entered();
    sut.share(at(1));
    sut.suspend();
    sut.share(null);
    await clock.advance(10_000);
    expect(told).toEqual([at(1)]);
    sut.resumed();
    expect(told).toEqual([at(1), null]);
  });

  it('leaves out what cannot be told', () => {
    sut.entered();
    sut.share({ ...at(1), path: '../outside' });
    expect(told).toEqual([{ workspace: 'switchboard' }]);
  });

  it('tries again where the refusal passes', async () => {
    answer = 'server.rate_limited';
    sut.entered();
    sut.share(at(1));
    answer = undefined;
    await clock.advance(10_000);
    expect(told).toEqual([at(1), at(1)]);
  });

  it('says nothing more to a server that does not know of places, until the next room', async () => {
    answer = 'protocol.unknown_type';
    sut.entered();
    for (const line of [1, 2, 3]) {
      sut.share(at(line));
      await clock.advance(1_000);
    }
    sut.resumed();
    expect(told).toEqual([at(1)]);
    sut.entered();
    expect(told).toEqual([at(1), at(3)]);
  });
});
