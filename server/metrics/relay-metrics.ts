import { Injectable } from '@nestjs/common';
import type { LaneKind } from '@switchboard/protocol';
import type { Registry } from 'prom-client';
import { Clock } from '../common/clock.ts';
import { within } from '../common/deadline.ts';
import type { RelayReport } from '../relay/relay-messages.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { VoicePicture } from '../stats/voice-picture.ts';
import { counter, counters, gauge, gauges, type MetricSource } from './figures.ts';

/** A relay that does not answer by then is down. */
const REPORT_LIMIT_MS = 2_000;
const LANES: readonly LaneKind[] = ['udp', 'websocket', 'datachannel'];

/** The voice relay, as it reports of itself. */
@Injectable()
export class RelayMetrics implements MetricSource {
  readonly #relay: VoiceRelay;
  readonly #clock: Clock;
  readonly #picture: VoicePicture;
  #report: Promise<RelayReport | undefined> | undefined;

  constructor(relay: VoiceRelay, clock: Clock, picture: VoicePicture) {
    this.#relay = relay;
    this.#clock = clock;
    this.#picture = picture;
  }

  register(registry: Registry): void {
    const figure = (read: (report: RelayReport) => number) => async (): Promise<number> => {
      const report = await this.#read();
      return report === undefined ? 0 : read(report);
    };
    gauge(
      registry,
      'switchboard_relay_up',
      'Whether the voice relay answers: 1 or 0.',
      figure(() => 1),
    );
    gauge(
      registry,
      'switchboard_relay_sessions',
      'Voice sessions.',
      figure(({ sessions }) => sessions),
    );
    gauge(
      registry,
      'switchboard_relay_rooms',
      'Rooms with somebody in them.',
      figure(({ rooms }) => rooms),
    );
    counter(
      registry,
      'switchboard_relay_packets_received_total',
      'Voice packets that passed every check.',
      figure(({ received }) => received),
    );
    counter(
      registry,
      'switchboard_relay_packets_sent_total',
      'Copies of voice packets handed to listeners.',
      figure(({ sent }) => sent),
    );
    counter(
      registry,
      'switchboard_relay_bytes_received_total',
      'Bytes of the packets that passed every check, without IP and UDP.',
      figure(({ bytesReceived }) => bytesReceived),
    );
    counter(
      registry,
      'switchboard_relay_bytes_sent_total',
      'Bytes of the copies handed to listeners, without IP and UDP.',
      figure(({ bytesSent }) => bytesSent),
    );
    counter(
      registry,
      'switchboard_relay_pings_total',
      'Pings answered.',
      figure(({ pings }) => pings),
    );
    counters(
      registry,
      'switchboard_relay_packets_dropped_total',
      'Packets and copies not forwarded, and why.',
      ['reason'],
      async () => {
        const report = await this.#read();
        return Object.entries(report?.dropped ?? {}).map(([reason, value]) => ({ labels: { reason }, value }));
      },
    );
    gauges(
      registry,
      'switchboard_relay_bindings',
      'Voice sessions by the lane that they are reached on.',
      ['lane'],
      () => {
        const { lanes } = this.#picture;
        return LANES.map((lane) => ({ labels: { lane }, value: lanes.get(lane) ?? 0 }));
      },
    );
    gauge(registry, 'switchboard_relay_speakers', 'People who speak at this moment.', () => this.#picture.speaking);
  }

  /** All figures of one scrape are asked for together, and come from one report. */
  #read(): Promise<RelayReport | undefined> {
    this.#report ??= within(this.#clock, REPORT_LIMIT_MS, this.#relay.report()).finally(() => {
      this.#report = undefined;
    });
    return this.#report;
  }
}
