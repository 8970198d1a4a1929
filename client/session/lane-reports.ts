import type { Clock } from '../platform/platform.ts';
import type { RoomVoice } from './room-voice.ts';
import type { Session } from './session.ts';

const LANE_REPORT_INTERVAL_MS = 10_000;

/** Tells the server which lane voice takes and how it does, for its operator's figures: on each change, and regularly. */
export class LaneReports {
  readonly #session: Pick<Session, 'ask'>;
  readonly #clock: Clock;
  readonly #voice: Pick<RoomVoice, 'lane' | 'stats'>;
  #cancel: () => void = () => undefined;

  constructor(session: Pick<Session, 'ask'>, clock: Clock, voice: Pick<RoomVoice, 'lane' | 'stats'>) {
    this.#session = session;
    this.#clock = clock;
    this.#voice = voice;
  }

  start(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(LANE_REPORT_INTERVAL_MS, () => {
      this.report();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  report(): void {
    const { lane, stats } = this.#voice;
    if (lane.status !== 'connected') return;
    const roundTripMs = stats?.roundTripMs ?? null;
    this.#session.ask(
      'voice.lane',
      {
        lane: lane.lane,
        ...(roundTripMs === null ? {} : { roundTripMs }),
        // The worse way: what the two who talk notice.
        ...(stats === null ? {} : { lossPct: 100 * Math.max(stats.lossUp, stats.lossDown) }),
      },
      // Figures of a moment: the next ones come anyway.
      () => undefined,
    );
  }
}
