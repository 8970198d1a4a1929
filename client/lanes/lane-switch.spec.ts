import { UDP_RETRY_INTERVAL_MS, type LaneKind } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDLE, laneStateOf, transition, wakesAt, type LaneSwitchEvent } from './lane-switch.ts';
import { RelayModel, type WayModel } from './testing/relay-model.ts';

const GOOD: WayModel = { opens: true, up: true, down: true, delayMs: 20 };
const BLOCKED: WayModel = { ...GOOD, up: false, down: false };
const REFUSED: WayModel = { ...GOOD, opens: false };

function world(ways: { readonly udp?: WayModel; readonly websocket?: WayModel } = {}): RelayModel {
  return new RelayModel({ udp: { ...(ways.udp ?? GOOD) }, websocket: { ...(ways.websocket ?? GOOD) } });
}

/** The UDP pings since this time. */
function udpPings(sut: RelayModel, fromMs = 0) {
  return sut.effects.flatMap((effect) =>
    effect.type === 'ping' && effect.kind === 'udp' && effect.atMs >= fromMs ? [effect] : [],
  );
}

function opened(sut: RelayModel): readonly LaneKind[] {
  return sut.effects.filter(({ type }) => type === 'open').map(({ kind }) => kind);
}

describe('lane switch', () => {
  it('uses UDP after two round trips, and opens nothing else', () => {
    const sut = world();
    sut.enter();
    sut.run(99);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connecting' });
    sut.run(1);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'udp' });
    sut.run(60_000);
    expect(opened(sut)).toEqual(['udp']);
  });

  it('pings four times, 250 ms apart, when nothing answers', () => {
    const sut = world({ udp: BLOCKED, websocket: REFUSED });
    sut.enter();
    sut.run(2_000);
    expect(udpPings(sut).map(({ atMs }) => atMs)).toEqual([20, 270, 520, 770]);
  });

  it('pings again at once with the cookie of the pong, once however many bring it', () => {
    const sut = world({ udp: { ...GOOD, delayMs: 200 } });
    sut.enter(['udp']);
    // Two pings were under way when the first pong came.
    sut.run(1_100);
    expect(udpPings(sut).map(({ atMs, cookie }) => [atMs, cookie !== 0])).toEqual([
      [200, false],
      [450, false],
      [600, true],
      [850, true],
    ]);
    expect(sut.inUse).toBe('udp');
    expect(sut.hears).toBe(true);
  });

  it('begins a new path without a cookie', () => {
    const sut = world();
    sut.enter();
    sut.run(1_000);
    sut.breakLane('udp');
    sut.run(30);
    expect(udpPings(sut).at(-1)?.cookie).toBe(0);
    sut.run(1_000);
    expect(sut.hears).toBe(true);
  });

  it('is bound again one round trip after the ping that shows that its NAT has rebound', () => {
    const sut = world();
    sut.enter();
    sut.run(5_090);
    sut.rebindNat();
    expect(sut.hears).toBe(false);
    sut.run(5_100 + 40 + 20 - 5_090);
    expect(sut.hears).toBe(true);
    sut.run(60_000, () => {
      expect(sut.hears).toBe(true);
    });
    expect(opened(sut)).toEqual(['udp']);
    const after = udpPings(sut, 5_095).map(({ atMs }) => atMs);
    expect(after.slice(0, 3)).toEqual([5_100, 5_140, 10_180]);
  });

  it('is bound again when the ping that was sent at once got lost', () => {
    const sut = world();
    sut.enter();
    sut.run(5_090);
    sut.rebindNat();
    sut.run(5_130 - 5_090);
    sut.ways.udp.up = false;
    sut.run(5_200 - 5_130);
    expect(sut.hears).toBe(false);
    sut.ways.udp.up = true;
    sut.run(1_000);
    expect(sut.hears).toBe(true);
    expect(opened(sut)).toEqual(['udp']);
  });

  it('is bound again by a relay that was restarted and knows other cookies', () => {
    const sut = world();
    sut.enter();
    sut.run(3_000);
    sut.restartRelay();
    expect(sut.hears).toBe(false);
    sut.run(5_000);
    expect(sut.hears).toBe(true);
    expect(opened(sut)).toEqual(['udp']);
  });

  it('does not let a relay that always changes cookies make it flood, and does not use it', () => {
    const sut = world({ udp: { ...GOOD, delayMs: 1 }, websocket: REFUSED });
    let cookie = 100;
    sut.cookieFor = () => ++cookie;
    sut.enter();
    sut.run(10_000, () => {
      expect(sut.inUse).toBeNull();
    });
    const perAttempt = udpPings(sut).length / opened(sut).filter((kind) => kind === 'udp').length;
    expect(perAttempt).toBeLessThanOrEqual(2 * 4 + 1);
  });

  it('gives a path up whose relay answers only pings by the clock, each with another cookie', () => {
    let state = transition(IDLE, { type: 'enter', kinds: ['udp'], nowMs: 0 }).state;
    let nowMs = 0;
    let pings = 0;
    const take = (event: LaneSwitchEvent): boolean => {
      const step = transition(state, event);
      state = step.state;
      for (const effect of step.effects) {
        if (effect.type === 'close') return false;
        if (effect.type !== 'ping') continue;
        pings++;
        const { kind, sequence } = effect;
        if (event.type !== 'pong') take({ type: 'pong', kind, sequence, cookie: pings + 100, nowMs });
      }
      return true;
    };
    take({ type: 'opened', kind: 'udp', nowMs });
    while (take({ type: 'woken', nowMs }) && nowMs < 60_000) nowMs = wakesAt(state, nowMs);
    expect(nowMs).toBe(2_000);
    expect(pings).toBe(2 * 4);
  });

  it('leaves a lane whose relay begins to change cookies at every ping, without flooding it', () => {
    const sut = world();
    sut.enter();
    sut.run(1_000);
    let cookie = 100;
    sut.cookieFor = () => ++cookie;
    sut.run(9_000);
    expect(sut.inUse).toBe('websocket');
    expect(udpPings(sut, 1_000).length).toBeLessThan(30);
  });

  it('keeps a lane alive every 5 s', () => {
    const sut = world();
    sut.enter();
    sut.run(15_500);
    expect(udpPings(sut).map(({ atMs }) => atMs)).toEqual([20, 60, 5_100, 10_140, 15_180]);
  });

  it('opens the WebSocket after the second ping without answer, beside UDP, and uses it', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(700);
    const open = sut.effects.find(({ type, kind }) => type === 'open' && kind === 'websocket');
    expect(open?.atMs).toBe(520);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'websocket' });
  });

  it('tries everything at once when the network is back, and nothing while a lane is in use', () => {
    const sut = world({ udp: BLOCKED, websocket: REFUSED });
    sut.enter();
    sut.run(60_000);
    while (sut.state.status === 'active' && [...sut.state.paths.values()].some(({ phase }) => phase !== 'closed'))
      sut.run(100);
    sut.effects.length = 0;
    Object.assign(sut.ways.udp, GOOD);
    sut.take({ type: 'hurry', nowMs: sut.nowMs });
    expect(opened(sut)).toEqual(['udp', 'websocket']);
    sut.run(100);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'udp' });
    sut.effects.length = 0;
    sut.take({ type: 'hurry', nowMs: sut.nowMs });
    expect(sut.effects).toEqual([]);
  });

  it('opens the WebSocket at once where UDP is not on offer', () => {
    const sut = world();
    sut.enter(['websocket']);
    sut.run(60);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'websocket' });
  });

  it('drops the WebSocket that it began to open when UDP answers late after all', () => {
    const sut = world({ udp: { ...GOOD, delayMs: 280 }, websocket: { ...GOOD, delayMs: 300 } });
    sut.enter();
    sut.run(5_000);
    expect(sut.inUse).toBe('udp');
    expect(sut.bound).toBe('udp');
    expect(sut.effects.at(-1)?.type).toBe('close');
  });

  it('agrees with the relay on the lane when both answer at the same time', () => {
    for (let delayMs = 100; delayMs < 1_300; delayMs += 10) {
      const sut = world({ udp: { ...GOOD, delayMs }, websocket: { ...GOOD, delayMs: 40 } });
      sut.enter();
      sut.run(8_000, () => {
        if (sut.inUse !== null) expect([delayMs, sut.nowMs, sut.hears]).toEqual([delayMs, sut.nowMs, true]);
      });
      expect([delayMs, sut.bound]).toEqual([delayMs, sut.inUse]);
    }
  });

  it('does not take the answer to a ping from before the WebSocket for more than it is', () => {
    const sut = world({ udp: { ...GOOD, down: false } });
    sut.enter();
    // The third ping is on its way, the WebSocket is being opened.
    sut.run(530);
    sut.ways.udp.down = true;
    sut.run(3_000, () => {
      if (sut.inUse !== null) expect(sut.hears).toBe(true);
    });
    expect(sut.inUse).toBe('udp');
    expect(sut.bound).toBe('udp');
  });

  it('tries UDP again every 30 s, as on joining, while the WebSocket is in use', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(5_000);
    const fromMs = sut.nowMs;
    sut.run(95_000);
    const startsMs = udpPings(sut, fromMs).flatMap(({ atMs }, index) => (index % 4 === 0 ? [atMs] : []));
    expect(startsMs).toHaveLength(3);
    expect((startsMs[1] ?? 0) - (startsMs[0] ?? 0)).toBeGreaterThanOrEqual(UDP_RETRY_INTERVAL_MS);
  });

  it('returns to UDP by a second ping, hearing all the time', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(5_000);
    expect(sut.bound).toBe('websocket');
    Object.assign(sut.ways.udp, GOOD);
    sut.run(60_000, () => {
      expect(sut.hears).toBe(true);
    });
    expect(sut.inUse).toBe('udp');
    expect(sut.bound).toBe('udp');
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'udp' });
  });

  it('speaks over the WebSocket, and does not ping there, until UDP is confirmed', () => {
    // With each delay the next ping over the WebSocket is due at another point of the check.
    for (let delayMs = 10; delayMs < 400; delayMs += 10) {
      const sut = world({ udp: BLOCKED, websocket: { ...GOOD, delayMs } });
      sut.enter();
      sut.run(5_000);
      sut.ways.udp = { ...GOOD, delayMs: 400 };
      const fromMs = sut.nowMs;
      let movedAtMs = Infinity;
      sut.run(60_000, () => {
        if (sut.inUse === 'udp') movedAtMs = Math.min(movedAtMs, sut.nowMs);
      });
      const [asked] = udpPings(sut, fromMs).filter(({ cookie }) => cookie !== 0);
      expect(movedAtMs).toBe((asked?.atMs ?? 0) + 800);
      const between = sut.effects.filter(
        ({ type, kind, atMs }) => type === 'ping' && kind === 'websocket' && atMs >= (asked?.atMs ?? 0),
      );
      expect([delayMs, between]).toEqual([delayMs, []]);
    }
  });

  it('brings the relay to the WebSocket when UDP falls silent before either has answered', () => {
    const sut = world();
    sut.enter();
    Object.assign(sut.ways.udp, { delayMs: 600 });
    sut.run(550);
    // It has been pinged before the first cookie came; its answer takes longer than UDP is waited for.
    Object.assign(sut.ways.websocket, { delayMs: 4_000 });
    sut.run(1_000);
    expect(udpPings(sut).at(-1)?.cookie).not.toBe(0);
    sut.ways.udp.down = false;
    Object.assign(sut.ways.websocket, { delayMs: 20 });
    sut.run(600);
    expect(sut.bound).toBe('udp');
    expect(sut.inUse).toBeNull();
    sut.run(3_000, () => {
      if (sut.inUse !== null) expect(sut.hears).toBe(true);
    });
    expect(sut.inUse).toBe('websocket');
  });

  it('listens to the lane that it left for 2 s, for what is on its way', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(5_000);
    Object.assign(sut.ways.udp, GOOD);
    let movedAtMs = Infinity;
    sut.run(60_000, () => {
      if (sut.inUse === 'udp') movedAtMs = Math.min(movedAtMs, sut.nowMs);
    });
    expect(sut.effects.find(({ type, kind }) => type === 'close' && kind === 'websocket')?.atMs).toBe(
      movedAtMs + 2_000,
    );
  });

  it.each(['silent', 'broken'] as const)(
    'brings the relay back to the WebSocket when UDP falls %s just as it is confirmed',
    (how) => {
      const sut = world({ udp: BLOCKED });
      sut.enter();
      sut.run(5_000);
      Object.assign(sut.ways.udp, GOOD);
      while (udpPings(sut, 5_000).every(({ cookie }) => cookie === 0)) sut.run(10);
      sut.ways.udp.down = false;
      sut.run(20);
      expect(sut.bound).toBe('udp');
      if (how === 'broken') sut.breakLane('udp');
      sut.run(how === 'broken' ? 20 : 2_020);
      expect(sut.bound).toBe('websocket');
      expect(sut.inUse).toBe('websocket');
    },
  );

  it('never lets go of the WebSocket for a UDP path that works in one direction only', () => {
    const sut = world({ udp: { ...GOOD, down: false } });
    sut.enter();
    sut.run(5_000);
    sut.run(200_000, () => {
      expect(sut.bound).toBe('websocket');
      expect(sut.inUse).toBe('websocket');
    });
  });

  it('notices within 8 s that UDP died, and goes on over the WebSocket', () => {
    const sut = world();
    sut.enter();
    sut.run(6_000);
    Object.assign(sut.ways.udp, BLOCKED);
    sut.run(9_000);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'websocket' });
  });

  it('takes a lost pong for no more than that', () => {
    const sut = world();
    sut.enter();
    sut.run(5_050);
    sut.ways.udp.down = false;
    sut.run(100);
    sut.ways.udp.down = true;
    sut.run(20_000);
    expect(opened(sut)).toEqual(['udp']);
    expect(sut.inUse).toBe('udp');
  });

  it('looks for a new way at once when the lane in use breaks', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(5_000);
    sut.breakLane('websocket');
    expect(laneStateOf(sut.state)).toEqual({ status: 'connecting' });
    sut.run(60);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'websocket' });
  });

  it('says unreachable once everything has failed, and goes on trying with growing pauses', () => {
    const sut = world({ udp: REFUSED, websocket: REFUSED });
    sut.enter();
    sut.run(100);
    expect(laneStateOf(sut.state)).toEqual({ status: 'unreachable' });
    sut.run(120_000);
    const attempts = sut.effects.filter(({ type, kind }) => type === 'open' && kind === 'udp').map(({ atMs }) => atMs);
    expect(attempts.length).toBeGreaterThan(8);
    expect(attempts.length).toBeLessThan(20);
    Object.assign(sut.ways.websocket, GOOD);
    sut.run(16_000);
    expect(laneStateOf(sut.state)).toEqual({ status: 'connected', lane: 'websocket' });
  });

  it('never uses a control sequence twice in one session, and starts anew in the next', () => {
    const sut = world({ udp: { ...GOOD, down: false } });
    sut.enter();
    sut.run(60_000);
    const sequences = sut.effects.flatMap((effect) => (effect.type === 'ping' ? [effect.sequence] : []));
    expect(sequences).toEqual(sequences.map((_, index) => index));
    sut.enter();
    sut.run(30);
    expect(sut.effects.findLast(({ type }) => type === 'ping')).toMatchObject({ sequence: 0 });
  });

  it('closes what is open on leaving, and then rests', () => {
    const sut = world({ udp: BLOCKED });
    sut.enter();
    sut.run(600);
    sut.take({ type: 'leave' });
    expect(sut.effects.slice(-2)).toMatchObject([
      { type: 'close', kind: 'udp' },
      { type: 'close', kind: 'websocket' },
    ]);
    expect(sut.state).toEqual(IDLE);
    expect(wakesAt(sut.state, 0)).toBe(Infinity);
  });

  it('gets connected from wherever it is, and agrees with the relay, once a lane answers', () => {
    const way = fc.record({
      opens: fc.boolean(),
      up: fc.boolean(),
      down: fc.boolean(),
      delayMs: fc.integer({ min: 1, max: 400 }),
    });
    const change = fc.oneof(
      fc.record({ type: fc.constant('run' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
      fc.record({ type: fc.constant('udp' as const), way }),
      fc.record({ type: fc.constant('websocket' as const), way }),
      fc.record({ type: fc.constant('break' as const), kind: fc.constantFrom<LaneKind>('udp', 'websocket') }),
      fc.constantFrom({ type: 'enter' as const }, { type: 'rebind' as const }, { type: 'restart' as const }),
    );
    fc.assert(
      fc.property(way, way, fc.array(change, { maxLength: 12 }), fc.boolean(), (udp, websocket, changes, byUdp) => {
        const sut = world({ udp, websocket });
        sut.enter();
        for (const step of changes) {
          if (step.type === 'run') sut.run(step.ms);
          else if (step.type === 'enter') sut.enter();
          else if (step.type === 'break') sut.breakLane(step.kind);
          else if (step.type === 'rebind') sut.rebindNat();
          else if (step.type === 'restart') sut.restartRelay();
          else Object.assign(sut.ways[step.type], { ...step.way, delayMs: sut.ways[step.type].delayMs });
        }
        const healed = { opens: true, up: true, down: true };
        Object.assign(sut.ways[byUdp ? 'udp' : 'websocket'], healed);
        sut.run(90_000);
        expect(laneStateOf(sut.state).status).toBe('connected');
        if (byUdp) expect(sut.inUse).toBe('udp');
        expect(sut.bound).toBe(sut.inUse);
        expect(sut.hears).toBe(true);
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });

  it('survives any events in any order', () => {
    const kind = fc.constantFrom<LaneKind>('udp', 'websocket');
    const event = fc.oneof(
      fc.record({ type: fc.constantFrom('opened' as const, 'closed' as const), kind }),
      fc.record({ type: fc.constant('pong' as const), kind, sequence: fc.nat(30), cookie: fc.nat(2) }),
      fc.record({ type: fc.constant('woken' as const) }),
      fc.record({ type: fc.constant('leave' as const) }),
      fc.record({ type: fc.constant('enter' as const), kinds: fc.subarray<LaneKind>(['udp', 'websocket']) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 6_000 }))), (events) => {
        let state = transition(IDLE, { type: 'enter', kinds: ['udp', 'websocket'], nowMs: 0 }).state;
        const open = new Set<LaneKind>(['udp']);
        let nowMs = 0;
        for (const [next, passesMs] of events) {
          nowMs += passesMs;
          if (next.type === 'closed') open.delete(next.kind);
          const step = transition(state, { ...next, nowMs } as LaneSwitchEvent);
          state = step.state;
          for (const effect of step.effects) {
            if (effect.type === 'open') {
              expect(open.has(effect.kind)).toBe(false);
              open.add(effect.kind);
            } else if (effect.type === 'close') {
              open.delete(effect.kind);
            } else {
              expect(open.has(effect.kind)).toBe(true);
            }
          }
          // Time never stands still: whoever sleeps until then makes progress.
          const again = transition(state, { type: 'woken', nowMs });
          expect(wakesAt(again.state, nowMs)).toBeGreaterThan(nowMs);
          state = again.state;
          for (const effect of again.effects) if (effect.type === 'open') open.add(effect.kind);
          for (const effect of again.effects) if (effect.type === 'close') open.delete(effect.kind);
          if (state.status === 'active' && state.inUse !== null) expect(open.has(state.inUse)).toBe(true);
        }
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});
