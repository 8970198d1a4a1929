import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { within } from '../common/deadline.ts';
import { LoopDelayMeter } from '../common/loop-delay-meter.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import type { RelayReport } from '../relay/relay-messages.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { VERSION } from '../version.ts';
import type { Sample, StatsHistoryView, StatsView } from './stats.schemas.ts';
import { VoicePicture } from './voice-picture.ts';

export const SAMPLE_INTERVAL_MS = 5_000;
/** The last hour. */
const KEPT_SAMPLES = 3_600_000 / SAMPLE_INTERVAL_MS;
/** A relay that does not answer by then is left out of the sample. */
const REPORT_LIMIT_MS = 2_000;
const US_PER_MS = 1_000;

/** What rates are the difference of. */
interface Totals {
  readonly atMs: number;
  readonly cpuUs: number;
  readonly relay: RelayReport | undefined;
}

/** Looks at the server every 5 s and keeps the last hour in memory. */
@Injectable()
export class StatsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sessions: SessionsService;
  readonly #relay: VoiceRelay;
  readonly #picture: VoicePicture;
  readonly #clock: Clock;
  readonly #delay = new LoopDelayMeter();
  readonly #samples: Sample[] = [];
  #before: Totals | undefined;
  #sampling: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(sessions: SessionsService, relay: VoiceRelay, picture: VoicePicture, clock: Clock) {
    this.#sessions = sessions;
    this.#relay = relay;
    this.#picture = picture;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#delay.start();
    this.#before = { atMs: this.#clock.nowMs(), cpuUs: cpuUs(), relay: undefined };
    this.#sampleLater();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#delay.stop();
    await this.#sampling;
  }

  /** As the last look found it; the first comes 5 s after the start. */
  get now(): StatsView {
    return {
      ...(this.#samples.at(-1) ?? this.#sample()),
      dropsByReason: { ...this.#before?.relay?.dropped },
      uptimeS: Math.floor(process.uptime()),
      version: VERSION,
    };
  }

  /** Of the last minutes, 60 at most, oldest first. */
  history(minutes: number): StatsHistoryView {
    const since = this.#clock.epochMs() - minutes * 60_000;
    const samples = this.#samples.filter(({ at }) => at > since);
    const series = <K extends keyof Sample>(key: K): Sample[K][] => samples.map((sample) => sample[key]);
    return {
      intervalMs: SAMPLE_INTERVAL_MS,
      at: series('at'),
      people: series('people'),
      inRooms: series('inRooms'),
      speaking: series('speaking'),
      packetsInPerS: series('packetsInPerS'),
      packetsOutPerS: series('packetsOutPerS'),
      bytesPerS: series('bytesPerS'),
      dropsPerS: series('dropsPerS'),
      lossPct: series('lossPct'),
      cpuPct: series('cpuPct'),
      rssBytes: series('rssBytes'),
      eventLoopDelayMs: series('eventLoopDelayMs'),
    };
  }

  #sampleLater(): void {
    this.#cancelTimer = this.#clock.after(SAMPLE_INTERVAL_MS, () => {
      this.#sampling = this.#look();
    });
  }

  async #look(): Promise<void> {
    const relay = await within(this.#clock, REPORT_LIMIT_MS, this.#relay.report());
    const totals = { atMs: this.#clock.nowMs(), cpuUs: cpuUs(), relay };
    this.#samples.push(this.#sample(this.#before, totals));
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
    this.#before = totals;
    // It is stopping.
    if (this.#cancelTimer !== undefined) this.#sampleLater();
  }

  #sample(before?: Totals, now?: Totals): Sample {
    const all = [...this.#sessions.all];
    const ms = before === undefined || now === undefined ? 0 : now.atMs - before.atMs;
    const perS = (figure: (report: RelayReport) => number): number => {
      if (ms === 0 || before?.relay === undefined || now?.relay === undefined) return 0;
      // A relay that was started anew counts from 0.
      return Math.max(0, ((figure(now.relay) - figure(before.relay)) * 1_000) / ms);
    };
    return {
      at: this.#clock.epochMs(),
      people: all.length,
      inRooms: all.filter(({ member }) => member.channelId !== null).length,
      speaking: this.#picture.speaking,
      packetsInPerS: perS(({ received }) => received),
      packetsOutPerS: perS(({ sent }) => sent),
      bytesPerS: perS(({ bytesReceived, bytesSent }) => bytesReceived + bytesSent),
      dropsPerS: perS(({ dropped }) => Object.values(dropped).reduce((sum, count) => sum + count, 0)),
      lossPct: this.#lossPct(),
      cpuPct: ms === 0 ? 0 : (((now?.cpuUs ?? 0) - (before?.cpuUs ?? 0)) / (ms * US_PER_MS)) * 100,
      rssBytes: process.memoryUsage.rss(),
      eventLoopDelayMs: this.#delay.read().p99Ms,
    };
  }

  #lossPct(): number | null {
    const reported = [...this.#sessions.all].flatMap(({ member, reportedLossPct }) =>
      member.channelId === null || reportedLossPct === undefined ? [] : [reportedLossPct],
    );
    return reported.length === 0 ? null : reported.reduce((sum, pct) => sum + pct, 0) / reported.length;
  }
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
