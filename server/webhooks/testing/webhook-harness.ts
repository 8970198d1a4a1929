import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import { CountingRandomness } from '../../testing/counting-randomness.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { databaseOptions, openDatabase } from '../../database/open-database.ts';
import { DeliveryQueue } from '../delivery-queue.ts';
import { DeliveryStore } from '../delivery-store.ts';
import { WebhookCounts } from '../webhook-counts.ts';
import { WebhookDelivery } from '../webhook-delivery.entity.ts';
import type { WebhookEvent } from '../webhook-events.ts';
import { HostAddresses, WebhookSender } from '../webhook-sender.ts';
import { Webhook } from '../webhook.entity.ts';
import { WebhooksService } from '../webhooks.service.ts';

/** Waits as long as a busy machine needs: only what never comes is a failure. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 });
}

export interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An address on loopback that webhooks go to. Answers as it is told, 200 by default. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (response: ServerResponse, received: Received) => void = (response) => response.end();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        const received = { url, headers, body: Buffer.concat(chunks).toString() };
        this.received.push(received);
        this.answer(response, received);
      });
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Says what a test says; names that it does not know do not exist. */
export class ListedAddresses extends HostAddresses {
  readonly list: Record<string, readonly LookupAddress[]> = { '127.0.0.1': [{ address: '127.0.0.1', family: 4 }] };

  of(hostname: string): Promise<readonly LookupAddress[]> {
    const found = this.list[hostname];
    return found === undefined
      ? Promise.reject(new Error(`getaddrinfo ENOTFOUND ${hostname}`))
      : Promise.resolve(found);
  }
}

/** The queue with a real database, on a clock that stands still. A second one on the same file is the same after a restart. */
export class QueueHarness implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly addresses = new ListedAddresses();
  readonly counts = new WebhookCounts();
  readonly database: DataSource;
  readonly webhooks: WebhooksService;
  readonly queue: DeliveryQueue;

  private constructor(database: DataSource, clock: ManualClock, settings: Record<string, string>) {
    this.database = database;
    this.clock = clock;
    const random = new CountingRandomness();
    this.webhooks = new WebhooksService(database.getRepository(Webhook), clock, random);
    this.queue = new DeliveryQueue(
      new DeliveryStore(database.getRepository(WebhookDelivery)),
      this.webhooks,
      new WebhookSender(this.addresses, clock, ServerConfig.from(settings)),
      clock,
      random,
      this.counts,
    );
  }

  static async start(
    file = ':memory:',
    { clock = new ManualClock(), isPrivate = true }: { clock?: ManualClock; isPrivate?: boolean } = {},
  ): Promise<QueueHarness> {
    const database = await openDatabase(new DataSource(databaseOptions(file)));
    const harness = new QueueHarness(database, clock, isPrivate ? { SWITCHBOARD_WEBHOOKS_PRIVATE: 'on' } : {});
    await harness.webhooks.onModuleInit();
    await harness.queue.onApplicationBootstrap();
    return harness;
  }

  webhook(url: string, events: readonly WebhookEvent[] = ['member.joined']): Promise<Webhook> {
    return this.webhooks.create({ name: 'Ours', url, events, enabled: true });
  }

  /** Stores deliveries that arrived, with their numbers as their bodies. */
  async finished({ id: webhookId }: Webhook, count: number): Promise<void> {
    const at = this.clock.epochMs();
    const rows = Array.from({ length: count }, (_, i): WebhookDelivery => {
      const when = { nextAttemptAt: null, createdAt: at, deliveredAt: at };
      const how = { status: 'delivered' as const, attempts: 1, responseStatus: 200, failure: null };
      return { id: uuidv7(), webhookId, event: 'member.joined', body: String(i), ...how, ...when };
    });
    await this.database.getRepository(WebhookDelivery).insert(rows);
  }

  /** All deliveries, oldest first. */
  deliveries(): Promise<WebhookDelivery[]> {
    return this.database.getRepository(WebhookDelivery).find({ order: { id: 'ASC' } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queue.beforeApplicationShutdown();
    await this.database.destroy();
  }
}
