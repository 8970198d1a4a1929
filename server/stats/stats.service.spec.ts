import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { DROP_REASONS, type RelayReport } from '../relay/relay-messages.ts';
import type { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import type { SessionsService } from '../presence/sessions.service.ts';
import { FakeRelay } from '../testing/fake-relay.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { SAMPLE_INTERVAL_MS, StatsService } from './stats.service.ts';
import { VoicePicture } from './voice-picture.ts';

const NONE = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as RelayReport['dropped'];

/** Reports what a test says. */
class ReportingRelay extends FakeRelay {
  next: () => Promise<RelayReport> = () => Promise.reject(new Error('not running'));

  override report(): Promise<RelayReport> {
    return this.next();
  }

  counts(figures: Partial<RelayReport>): void {
    const zero = {
      sessions: 0,
      rooms: 0,
      received: 0,
      sent: 0,
      bytesReceived: 0,
      bytesSent: 0,
      pings: 0,
      dropped: NONE,
    };
    this.next = () => Promise.resolve({ ...zero, ...figures });
  }
}

function session(channelId: string | null, reportedLossPct?: number): Session {
  return { member: { channelId }, reportedLossPct } as Session;
}

describe('StatsService', () => {
  let clock: ManualClock;
  let relay: ReportingRelay;
  let sessions: Session[];
  let sut: StatsService;

  beforeEach(() => {
    clock = new ManualClock();
    relay = new ReportingRelay();
    sessions = [];
    const here = {
      get all() {
        return sessions.values();
      },
    } as unknown as SessionsService;
    const picture = new VoicePicture({ onVoice: () => {} } as unknown as RoomsService, relay);
    picture.onApplicationBootstrap();
    sut = new StatsService(here, relay, picture, clock);
    sut.onApplicationBootstrap();
  });

  /** The relay answers within the turn of the event loop in which it is asked. */
  async function sampled(): Promise<void> {
    clock.advance(SAMPLE_INTERVAL_MS);
    await turn();
  }

  it('has rates of the time between two looks', async () => {
    relay.counts({ received: 100, sent: 1_000, bytesReceived: 5_000, bytesSent: 50_000 });
    await sampled();
    relay.counts({
      received: 200,
      sent: 3_000,
      bytesReceived: 10_000,
      bytesSent: 145_000,
      dropped: { ...NONE, replayed: 5, not_loudest: 20 },
    });
    await sampled();
    expect(sut.now).toMatchObject({ packetsInPerS: 20, packetsOutPerS: 400, bytesPerS: 20_000, dropsPerS: 5 });
    expect(sut.now.dropsByReason).toMatchObject({ replayed: 5, not_loudest: 20 });
  });

  it('counts people, who is in a room, who speaks, and what they say is lost', async () => {
    sessions = [session(null, 90), session('lobby', 2), session('lobby', 4), session('den')];
    relay.counts({});
    relay.speak(7, true);
    await sampled();
    expect(sut.now).toMatchObject({ people: 4, inRooms: 3, speaking: 1, lossPct: 3 });
  });

  it('has no loss where nobody reported one', async () => {
    sessions = [session('lobby')];
    relay.counts({});
    await sampled();
    expect(sut.now.lossPct).toBeNull();
  });

  it('goes on where the relay is down or was started anew', async () => {
    relay.counts({ received: 1_000 });
    await sampled();
    relay.next = () => Promise.reject(new Error('down'));
    await sampled();
    relay.counts({ received: 10 });
    await sampled();
    relay.counts({ received: 5 });
    await sampled();
    expect(sut.history(60).packetsInPerS).toEqual([0, 0, 0, 0]);
  });

  it('waits for a relay that hangs no longer than two seconds', async () => {
    relay.next = () => new Promise(() => {});
    clock.advance(SAMPLE_INTERVAL_MS);
    clock.advance(2_000);
    await turn();
    expect(sut.history(60).at).toHaveLength(1);
  });

  it('keeps the last hour, and gives as much of it as is asked for', async () => {
    relay.counts({});
    for (let i = 0; i < 725; i++) await sampled();
    expect(sut.history(60).at).toHaveLength(720);
    expect(sut.history(1).at).toHaveLength(12);
    const { at } = sut.history(60);
    expect(at.at(-1)! - at[0]!).toBe(719 * SAMPLE_INTERVAL_MS);
  });

  it('stops with the server', async () => {
    relay.counts({});
    await sampled();
    await sut.beforeApplicationShutdown();
    expect(clock.pendingTimers).toBe(0);
  });
});
