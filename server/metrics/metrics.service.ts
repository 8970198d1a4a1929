import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { ControlMetrics } from './control-metrics.ts';
import { DatabaseMetrics } from './database-metrics.ts';
import type { MetricSource } from './figures.ts';
import { PluginMetrics } from './plugin-metrics.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { RelayMetrics } from './relay-metrics.ts';
import { WebhookMetrics } from './webhook-metrics.ts';

/** All figures in Prometheus' text format. No figure is by person, room or address: there are as many series as there are kinds. */
@Injectable()
export class MetricsService {
  /** Of this server alone: prom-client's own is one for the whole process. */
  readonly #registry = new Registry();

  constructor(
    process: ProcessMetrics,
    control: ControlMetrics,
    relay: RelayMetrics,
    database: DatabaseMetrics,
    webhooks: WebhookMetrics,
    plugins: PluginMetrics,
  ) {
    const sources: readonly MetricSource[] = [process, control, relay, database, webhooks, plugins];
    for (const source of sources) source.register(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
