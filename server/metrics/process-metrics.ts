import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Clock } from '../common/clock.ts';
import { VERSION } from '../version.ts';
import { counter, gauge, gauges, type MetricSource } from './figures.ts';
import { LoopDelayMeter } from '../common/loop-delay-meter.ts';

const US_PER_S = 1e6;

/** The process itself, under the names that Prometheus' own clients use. */
@Injectable()
export class ProcessMetrics implements MetricSource, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #startedAtS: number;
  readonly #delay = new LoopDelayMeter();

  constructor(clock: Clock) {
    this.#startedAtS = clock.epochMs() / 1_000 - process.uptime();
  }

  onApplicationBootstrap(): void {
    this.#delay.start();
  }

  onApplicationShutdown(): void {
    this.#delay.stop();
  }

  register(registry: Registry): void {
    gauges(registry, 'switchboard_build_info', 'The version that runs; always 1.', ['version'], () => [
      { labels: { version: VERSION }, value: 1 },
    ]);
    gauge(
      registry,
      'process_start_time_seconds',
      'When the process was started, in seconds since 1970.',
      () => this.#startedAtS,
    );
    counter(
      registry,
      'process_cpu_user_seconds_total',
      'CPU time of the process and its threads, in user mode.',
      () => process.cpuUsage().user / US_PER_S,
    );
    counter(
      registry,
      'process_cpu_system_seconds_total',
      'CPU time of the process and its threads, in the system.',
      () => process.cpuUsage().system / US_PER_S,
    );
    gauge(registry, 'process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    gauge(
      registry,
      'nodejs_heap_size_used_bytes',
      'JavaScript heap in use, of the main thread.',
      () => process.memoryUsage().heapUsed,
    );
    gauges(
      registry,
      'switchboard_event_loop_delay_seconds',
      'How late the main event loop was since the last scrape. Voice does not pass through it.',
      ['statistic'],
      () => {
        const { meanMs, p99Ms, maxMs } = this.#delay.read();
        return [
          { labels: { statistic: 'mean' }, value: meanMs / 1_000 },
          { labels: { statistic: 'p99' }, value: p99Ms / 1_000 },
          { labels: { statistic: 'max' }, value: maxMs / 1_000 },
        ];
      },
    );
  }
}
