import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { PluginRun } from '../plugins/plugin-run.ts';
import { PluginRuns } from '../plugins/plugin-runs.service.ts';
import { counters, gauges, type MetricSource } from './figures.ts';

/** The server's plugins by their ids: of those that are installed, so there are few. */
@Injectable()
export class PluginMetrics implements MetricSource {
  readonly #runs: PluginRuns;

  constructor(runs: PluginRuns) {
    this.#runs = runs;
  }

  register(registry: Registry): void {
    gauges(registry, 'switchboard_plugin_up', 'Whether a plugin that is on runs: 1 or 0.', ['plugin'], () => {
      const on = this.#runs.all.filter(({ plugin }) => plugin.enabled);
      return on.map(({ plugin, status }) => ({
        labels: { plugin: plugin.id },
        value: status.kind === 'running' ? 1 : 0,
      }));
    });
    this.#count(registry, 'switchboard_plugin_calls_total', 'Calls of plugins.', ({ calls }) => calls);
    this.#count(registry, 'switchboard_plugin_faults_total', 'Calls of plugins that failed.', ({ faults }) => faults);
    this.#count(
      registry,
      'switchboard_plugin_restarts_total',
      'How often plugins broke and were started again.',
      ({ restarts }) => restarts,
    );
    this.#count(
      registry,
      'switchboard_plugin_refused_total',
      'What plugins wanted to do more often than they may.',
      ({ refused }) => refused,
    );
    this.#count(
      registry,
      'switchboard_plugin_busy_seconds_total',
      'Time that plugins spent in calls.',
      ({ calls, meanUs }) => (calls * meanUs) / 1_000_000,
    );
    const labelNames = ['hook', 'outcome'] as const;
    counters(
      registry,
      'switchboard_plugin_waits_total',
      'How often somebody waited for a plugin: it answered, or failed or was late.',
      labelNames,
      () =>
        this.#runs.waits.flatMap(({ hook, answered, unanswered }) => [
          { labels: { hook, outcome: 'answered' }, value: answered },
          { labels: { hook, outcome: 'unanswered' }, value: unanswered },
        ]),
    );
    counters(registry, 'switchboard_plugin_wait_seconds_total', 'How long people waited for plugins.', ['hook'], () =>
      this.#runs.waits.map(({ hook, seconds }) => ({ labels: { hook }, value: seconds })),
    );
  }

  #count(registry: Registry, name: string, help: string, read: (figures: PluginRun['figures']) => number): void {
    counters(registry, name, help, ['plugin'], () =>
      this.#runs.all.map(({ plugin, figures }) => ({ labels: { plugin: plugin.id }, value: read(figures) })),
    );
  }
}
