import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DeliveryQueue } from '../webhooks/delivery-queue.ts';
import { WebhookCounts } from '../webhooks/webhook-counts.ts';
import { counter, counters, gauge, type MetricSource } from './figures.ts';

@Injectable()
export class WebhookMetrics implements MetricSource {
  readonly #counts: WebhookCounts;
  readonly #queue: DeliveryQueue;

  constructor(counts: WebhookCounts, queue: DeliveryQueue) {
    this.#counts = counts;
    this.#queue = queue;
  }

  register(registry: Registry): void {
    counters(registry, 'switchboard_webhook_attempts_total', 'Attempts to deliver, by outcome.', ['outcome'], () => [
      { labels: { outcome: 'delivered' }, value: this.#counts.delivered },
      { labels: { outcome: 'failed' }, value: this.#counts.failed },
    ]);
    counter(
      registry,
      'switchboard_webhook_given_up_total',
      'Deliveries that will not be tried again.',
      () => this.#counts.givenUp,
    );
    counter(
      registry,
      'switchboard_webhook_events_dropped_total',
      'Events that found the queue of their webhook full.',
      () => this.#counts.dropped,
    );
    gauge(registry, 'switchboard_webhook_queue_length', 'Deliveries that wait.', () => this.#queue.length);
  }
}
