import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ChannelsService } from '../channels/channels.service.ts';
import { DomainEvents, type DomainEventMap, type DomainEventName } from '../common/domain-events.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { dataOf, EVENT_OF } from './webhook-events.ts';
import { WebhooksService } from './webhooks.service.ts';

/** Puts what happens into the queue, once for each webhook that wants to know. */
@Injectable()
export class WebhookEventsListener implements OnApplicationBootstrap {
  readonly #events: DomainEvents;
  readonly #webhooks: WebhooksService;
  readonly #queue: DeliveryQueue;
  readonly #channels: ChannelsService;

  constructor(events: DomainEvents, webhooks: WebhooksService, queue: DeliveryQueue, channels: ChannelsService) {
    this.#events = events;
    this.#webhooks = webhooks;
    this.#queue = queue;
    this.#channels = channels;
  }

  onApplicationBootstrap(): void {
    for (const name of Object.keys(EVENT_OF) as DomainEventName[]) {
      this.#events.on(name, (event) => {
        this.#take(name, event);
      });
    }
  }

  #take<K extends DomainEventName>(name: K, event: DomainEventMap[K]): void {
    const told = EVENT_OF[name];
    const wanting = this.#webhooks.all.filter(({ enabled, events }) => enabled && events.includes(told));
    if (wanting.length === 0) return;
    const data = dataOf(name, event, (id) => this.#channelOf(id));
    for (const webhook of wanting) this.#queue.add(webhook, told, data);
  }

  #channelOf(id: string): { id: string; name: string | null } {
    const channel = this.#channels.channels.find((candidate) => candidate.id === id);
    return { id, name: channel?.name ?? null };
  }
}
