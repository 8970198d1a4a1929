import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REPLAY_EVENTS } from '@switchboard/protocol';
import { EventLog } from './event-log.ts';

function logOf(events: number): { sut: EventLog; sent: string[] } {
  const sut = new EventLog();
  const sent = Array.from({ length: events }, (_, i) => sut.append(`"type":"t","data":${i}}`));
  return { sut, sent };
}

describe('EventLog', () => {
  it('numbers events from 1', () => {
    expect(logOf(2).sent).toEqual(['{"seq":1,"type":"t","data":0}', '{"seq":2,"type":"t","data":1}']);
  });

  it('replays exactly what came after, or says that it cannot', () => {
    fc.assert(
      fc.property(fc.nat(3 * MAX_REPLAY_EVENTS), fc.nat(3 * MAX_REPLAY_EVENTS), (events, seq) => {
        const { sut, sent } = logOf(events);
        const isThere = seq <= events && events - seq <= MAX_REPLAY_EVENTS;
        expect(sut.after(seq)).toEqual(isThere ? sent.slice(seq) : undefined);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('keeps the last thousand and no more', () => {
    const { sut } = logOf(MAX_REPLAY_EVENTS + 1);
    expect(sut.after(1)).toHaveLength(MAX_REPLAY_EVENTS);
    expect(sut.after(0)).toBeUndefined();
  });
});
