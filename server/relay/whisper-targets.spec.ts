import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Audience } from './audience.ts';
import { Room } from './room.ts';
import { LoudestSpeakers } from './loudest-speakers.ts';
import { NewestSequences } from './newest-sequences.ts';
import { relaySession } from './testing/packets.ts';
import { TrafficCounts } from './traffic-counts.ts';
import { VoiceSession } from './voice-session.ts';
import { WhisperTargets } from './whisper-targets.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;
const TARGET = 9;

describe('WhisperTargets', () => {
  let sut: WhisperTargets;
  let sessions: Map<number, VoiceSession>;

  beforeEach(() => {
    sut = new WhisperTargets();
    sessions = new Map([ANN, BEN, CAT].map((token) => [token, session(token)]));
  });

  afterEach(() => void vi.restoreAllMocks());

  const sessionOf = (token: number): VoiceSession | undefined => sessions.get(token);
  const open = (listeners: number[], { token = TARGET, speaker = ANN } = {}): void =>
    sut.open({ token, speaker, listeners }, sessionOf);
  const heardBy = (token = TARGET, speaker = ANN): number[] | undefined => {
    const listeners = sut.audienceOf(token, sessions.get(speaker)!)?.listeners;
    return listeners?.map((listener) => [...sessions.values()].find((one) => one === listener)!.token);
  };

  it('know who hears what', () => {
    open([BEN, CAT]);
    expect(heardBy()).toEqual([BEN, CAT]);
    expect(heardBy(TARGET + 1)).toBeUndefined();
  });

  it('are of who opened them alone', () => {
    open([BEN, CAT]);
    expect(heardBy(TARGET, BEN)).toBeUndefined();
    open([ANN], { speaker: BEN });
    expect(heardBy(TARGET, BEN)).toEqual([ANN]);
    expect(heardBy()).toBeUndefined();
  });

  it('leave out who is not there, who is named already, and the speaker', () => {
    open([CAT, 77, ANN, CAT]);
    expect(heardBy()).toEqual([CAT]);
  });

  it('may be for nobody', () => {
    open([]);
    expect(heardBy()).toEqual([]);
  });

  it('are for others when opened anew', () => {
    open([BEN]);
    open([CAT]);
    expect(heardBy()).toEqual([CAT]);
  });

  it('end when they are closed, each by itself', () => {
    open([BEN]);
    open([CAT], { token: TARGET + 1 });
    sut.close(TARGET);
    sut.close(77);
    expect([heardBy(), heardBy(TARGET + 1)]).toEqual([undefined, [CAT]]);
  });

  it('lose a listener whose session closes, in every target', () => {
    open([BEN, CAT]);
    open([CAT], { token: TARGET + 1 });
    sut.sessionClosed(sessions.get(CAT)!);
    expect([heardBy(), heardBy(TARGET + 1)]).toEqual([[BEN], []]);
  });

  it('end with the session of their speaker, all of them and no other', () => {
    open([BEN]);
    open([CAT], { token: TARGET + 1 });
    open([ANN], { token: TARGET + 2, speaker: BEN });
    sut.sessionClosed(sessions.get(ANN)!);
    expect([heardBy(), heardBy(TARGET + 1)]).toEqual([undefined, undefined]);
    expect(heardBy(TARGET + 2, BEN)).toEqual([]);
  });

  it('gain and lose single listeners, each once', () => {
    open([BEN]);
    sut.addListener(TARGET, CAT, sessionOf);
    sut.addListener(TARGET, CAT, sessionOf);
    expect(heardBy()).toEqual([BEN, CAT]);
    sut.removeListener(TARGET, BEN, sessionOf);
    sut.removeListener(TARGET, BEN, sessionOf);
    expect(heardBy()).toEqual([CAT]);
  });

  it('do not gain who is not there, nor the speaker, nor for a target that is over', () => {
    open([]);
    for (const listener of [ANN, 77]) sut.addListener(TARGET, listener, sessionOf);
    sut.addListener(TARGET + 1, BEN, sessionOf);
    sut.removeListener(TARGET + 1, BEN, sessionOf);
    expect([heardBy(), heardBy(TARGET + 1)]).toEqual([[], undefined]);
  });

  it('cost a session that closes its own targets alone, however many others there are', () => {
    for (let i = 0; i < 100; i++) open([BEN], { token: 1_000 + i });
    open([BEN, CAT]);
    open([CAT], { token: TARGET + 1 });
    open([CAT], { token: TARGET + 2 });
    sut.close(TARGET + 2);
    const remove = vi.spyOn(Audience.prototype, 'remove');
    sut.sessionClosed(sessions.get(CAT)!);
    expect(remove).toHaveBeenCalledTimes(2);
    sut.sessionClosed(sessions.get(CAT)!);
    expect(remove).toHaveBeenCalledTimes(2);
  });

  it('whatever happens, are heard by those who were let in and are still there', () => {
    const token = fc.constantFrom(ANN, BEN, CAT);
    const target = fc.constantFrom(TARGET, TARGET + 1, TARGET + 2);
    const step = fc.oneof(
      fc.record({ is: fc.constant('open' as const), target, token, listeners: fc.array(token, { maxLength: 4 }) }),
      fc.record({ is: fc.constantFrom('add' as const, 'remove' as const), target, token }),
      fc.record({ is: fc.constant('close' as const), target }),
      fc.record({ is: fc.constant('leave' as const), token }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        sut = new WhisperTargets();
        const model = new Map<number, { speaker: number; listeners: Set<number> }>();
        for (const one of steps) {
          if (one.is === 'open') {
            open(one.listeners, { token: one.target, speaker: one.token });
            const listeners = new Set(one.listeners.filter((listener) => listener !== one.token));
            model.set(one.target, { speaker: one.token, listeners });
          } else if (one.is === 'add') {
            sut.addListener(one.target, one.token, sessionOf);
            const known = model.get(one.target);
            if (known?.speaker !== one.token) known?.listeners.add(one.token);
          } else if (one.is === 'remove') {
            sut.removeListener(one.target, one.token, sessionOf);
            model.get(one.target)?.listeners.delete(one.token);
          } else if (one.is === 'close') {
            sut.close(one.target);
            model.delete(one.target);
          } else {
            sut.sessionClosed(sessions.get(one.token)!);
            for (const [of, { speaker, listeners }] of model) {
              if (speaker === one.token) model.delete(of);
              else listeners.delete(one.token);
            }
          }
          for (const of of [TARGET, TARGET + 1, TARGET + 2]) {
            for (const speaker of [ANN, BEN, CAT]) {
              const known = model.get(of);
              const expected = known?.speaker === speaker ? [...known.listeners].sort() : undefined;
              expect(heardBy(of, speaker)?.sort()).toEqual(expected);
            }
          }
        }
      }),
    );
  });

  function session(token: number): VoiceSession {
    const room = new Room('lobby', LoudestSpeakers.allocate(), 0);
    const shared = {
      counts: TrafficCounts.allocate(1),
      newest: NewestSequences.allocate(1),
      loudest: LoudestSpeakers.allocate(),
    };
    return new VoiceSession(relaySession(token), room, shared, 0, 0);
  }
});
