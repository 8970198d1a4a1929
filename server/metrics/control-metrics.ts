import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { ControlCounts } from '../control/control-counts.ts';
import { ControlServer } from '../control/control-server.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { counter, counters, gauge, gauges, type MetricSource } from './figures.ts';

/** Who is here, and what the control lane does for them. */
@Injectable()
export class ControlMetrics implements MetricSource {
  readonly #sessions: SessionsService;
  readonly #counts: ControlCounts;
  readonly #server: ControlServer;

  constructor(sessions: SessionsService, counts: ControlCounts, server: ControlServer) {
    this.#sessions = sessions;
    this.#counts = counts;
    this.#server = server;
  }

  register(registry: Registry): void {
    gauges(
      registry,
      'switchboard_control_sessions',
      'People who are here; away: connection lost, may come back.',
      ['state'],
      () => {
        const all = [...this.#sessions.all];
        const here = all.filter(({ isAttached }) => isAttached).length;
        return [
          { labels: { state: 'here' }, value: here },
          { labels: { state: 'away' }, value: all.length - here },
        ];
      },
    );
    gauge(
      registry,
      'switchboard_room_members',
      'People who are in a room.',
      () => [...this.#sessions.all].filter(({ member }) => member.channelId !== null).length,
    );
    gauge(
      registry,
      'switchboard_control_connections',
      'Sockets of the control lane, with and without a session.',
      () => this.#server.load.connections,
    );
    gauge(
      registry,
      'switchboard_control_unsent_bytes',
      'What waits in the sockets as their other ends have not read it yet.',
      () => this.#server.load.unsentBytes,
    );
    counters(registry, 'switchboard_control_requests_total', 'Requests by type and outcome.', ['type', 'outcome'], () =>
      [...this.#counts.requests].map(({ type, outcome, count }) => ({ labels: { type, outcome }, value: count })),
    );
    counter(
      registry,
      'switchboard_control_messages_sent_total',
      'Replies and events sent.',
      () => this.#counts.messagesSent,
    );
    counter(
      registry,
      'switchboard_control_slow_readers_total',
      'Sockets given up as their other end did not read.',
      () => this.#counts.slowReaders,
    );
  }
}
