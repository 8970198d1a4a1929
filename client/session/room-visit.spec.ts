import type { ErrorCode } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joiningChannel,
  NO_VISIT,
  visitedChannel,
  visitTransition,
  type VisitEvent,
  type VisitState,
} from './room-visit.ts';
import { aGrant } from './testing/fake-server.ts';

type Step =
  | { readonly do: 'join'; readonly channelId: string }
  | { readonly do: 'leave' | 'lose connection' | 'resume' | 'hello' | 'due' | 'break engine' }
  /** A moderator puts one into a room, or out of it; told at once, or after a resume. */
  | { readonly do: 'move'; readonly channelId: string | null }
  /** The server takes in the request; its answer gets through, or the connection breaks before. */
  | { readonly do: 'answer'; readonly refusal: ErrorCode | null; readonly arrives: boolean };

/** The machine with a server that does what it is asked and an engine that does what it is told. */
class World {
  state: VisitState = NO_VISIT;
  /** Where the server has us. */
  place: string | null = null;
  /** The room that the engine has a grant for. */
  engine: string | null = null;
  request: { readonly join: string } | 'leave' | null = null;
  wish: string | null = null;
  /** What the server has to tell, in its order; while offline it waits for a resume. */
  untold: VisitEvent[] = [];

  tell(event: VisitEvent): void {
    const { state, effects } = visitTransition(this.state, event);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'enter') this.engine = effect.target.channelId;
      else if (effect.type === 'exit') this.engine = null;
      else if (effect.type !== 'ask.later') {
        expect(this.request).toBeNull();
        expect(state.online).toBe(true);
        this.request = effect.type === 'ask.join' ? { join: effect.target.channelId } : 'leave';
      }
    }
  }

  step(step: Step): void {
    switch (step.do) {
      case 'join':
        this.wish = step.channelId;
        this.tell({ type: 'join', target: { channelId: step.channelId, password: undefined } });
        return;
      case 'leave':
        this.wish = null;
        this.tell({ type: 'leave' });
        return;
      case 'due':
        if (this.state.asking.type === 'later') this.tell({ type: 'due' });
        return;
      case 'lose connection':
        this.lose();
        return;
      case 'break engine':
        this.engine = null;
        this.tell({ type: 'broken' });
        return;
      case 'resume':
        this.resume();
        return;
      case 'move':
        this.move(step.channelId);
        return;
      case 'hello':
        this.lose();
        this.untold = [];
        this.place = null;
        this.tell({ type: 'welcomed' });
        return;
      case 'answer':
        this.answer(step.refusal, step.arrives);
        return;
    }
  }

  /** Who is in no room is not moved. */
  move(channelId: string | null): void {
    if (this.place === null) return;
    this.place = channelId;
    this.untold.push(
      channelId === null
        ? { type: 'expelled' }
        : { type: 'moved', target: { channelId, password: undefined }, voice: aGrant(channelId) },
    );
    if (this.state.online) this.hear();
  }

  hear(): void {
    for (const event of this.untold.splice(0)) {
      // One's own wish that is on its way counts for more.
      if (this.wish !== null && this.request === null)
        this.wish = event.type === 'moved' ? event.target.channelId : null;
      this.tell(event);
    }
  }

  resume(): void {
    if (this.state.online) return;
    this.tell({ type: 'resumed' });
    this.hear();
  }

  answer(refusal: ErrorCode | null, arrives: boolean): void {
    const { request } = this;
    if (request === null) return;
    this.request = null;
    if (request === 'leave') this.place = null;
    // A time-out: done, but not told.
    else if (refusal === null || refusal === 'client.timeout') this.place = request.join;
    if (!arrives) this.lose();
    else if (refusal !== null) this.tell({ type: 'refused', code: refusal });
    else if (request === 'leave') this.tell({ type: 'left' });
    else this.tell({ type: 'granted', voice: aGrant(request.join) });
  }

  lose(): void {
    this.request = null;
    if (this.state.online) this.tell({ type: 'lost' });
  }

  /** Everything works from now on. */
  calm(): void {
    this.resume();
    for (let n = 0; n < 10; n++) {
      this.step({ do: 'due' });
      this.answer(null, true);
    }
  }
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map((channelId): Step => ({ do: 'join', channelId })),
  fc.constantFrom<Step>(
    { do: 'leave' },
    { do: 'lose connection' },
    { do: 'resume' },
    { do: 'hello' },
    { do: 'due' },
    { do: 'break engine' },
  ),
  fc.constantFrom('a', 'b', 'c', null).map((channelId): Step => ({ do: 'move', channelId })),
  fc.record({
    do: fc.constant('answer' as const),
    refusal: fc.option(fc.constantFrom<ErrorCode>('channel.full', 'server.rate_limited', 'client.timeout'), {
      freq: 2,
    }),
    arrives: fc.boolean(),
  }),
);

describe('room visit', () => {
  it('ends with user, server and engine of one mind, whatever happened on the way', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const sut = new World();
        sut.tell({ type: 'welcomed' });
        for (const step of steps) sut.step(step);
        sut.calm();
        expect(sut.engine).toBe(sut.place);
        expect(visitedChannel(sut.state)).toBe(sut.place);
        expect(joiningChannel(sut.state)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends where the user last wanted to be, if nothing is refused', () => {
    const unrefused = anyStep.map((step): Step => (step.do === 'answer' ? { ...step, refusal: null } : step));
    fc.assert(
      fc.property(fc.array(unrefused, { maxLength: 40 }), (steps) => {
        const sut = new World();
        sut.tell({ type: 'welcomed' });
        for (const step of steps) sut.step(step);
        sut.calm();
        expect(sut.place).toBe(sut.wish);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the engine in no room from the moment the user leaves', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const sut = new World();
        sut.tell({ type: 'welcomed' });
        for (const step of steps) {
          sut.step(step);
          if (sut.wish === null) expect(sut.engine).toBeNull();
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
