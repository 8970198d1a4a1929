import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import type { WebhookEvent } from './webhook-events.ts';
import { Webhook } from './webhook.entity.ts';

const SECRET_BYTES = 32;
/** Each event is stored once for each of them. */
const MAX_WEBHOOKS = 50;

/** What an operator says of a webhook. */
export interface WebhookPlan {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly enabled: boolean;
}

/** Written with the change or not at all. */
export type Alongside = (manager: EntityManager, webhook: Webhook) => Promise<void>;

const nothing: Alongside = () => Promise.resolve();

/** The addresses that are told of events: few, in memory, as every event asks for them. */
@Injectable()
export class WebhooksService implements OnModuleInit {
  readonly #stored: Repository<Webhook>;
  readonly #clock: Clock;
  readonly #random: Randomness;
  #webhooks = new Map<string, Webhook>();
  readonly #onDeleted: ((id: string) => void)[] = [];

  constructor(@InjectRepository(Webhook) stored: Repository<Webhook>, clock: Clock, random: Randomness) {
    this.#stored = stored;
    this.#clock = clock;
    this.#random = random;
  }

  async onModuleInit(): Promise<void> {
    const stored = await this.#stored.find({ order: { id: 'ASC' } });
    this.#webhooks = new Map(stored.map((webhook) => [webhook.id, webhook]));
  }

  /** In the order in which they were made. */
  get all(): readonly Webhook[] {
    return [...this.#webhooks.values()];
  }

  find(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  /** @throws SwitchboardError `webhook.not_found` */
  get(id: string): Webhook {
    const webhook = this.#webhooks.get(id);
    if (webhook === undefined) throw new SwitchboardError('webhook.not_found');
    return webhook;
  }

  /**
   * Its secret is made here.
   * @throws SwitchboardError `webhook.too_many`
   */
  async create({ name, url, events, enabled }: WebhookPlan, alongside: Alongside = nothing): Promise<Webhook> {
    if (this.#webhooks.size >= MAX_WEBHOOKS) throw new SwitchboardError('webhook.too_many');
    const secret = `whsec_${Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('base64url')}`;
    const createdAt = this.#clock.epochMs();
    const webhook: Webhook = { id: uuidv7(), name, url, secret, events: [...events], enabled, createdAt };
    // In memory first: of two that come at once, the second counts the first.
    this.#webhooks.set(webhook.id, webhook);
    try {
      await this.#stored.manager.transaction(async (manager) => {
        await manager.insert(Webhook, webhook);
        await alongside(manager, webhook);
      });
    } catch (error) {
      this.#webhooks.delete(webhook.id);
      throw error;
    }
    return webhook;
  }

  /** @throws SwitchboardError `webhook.not_found` */
  async update(id: string, changes: Partial<WebhookPlan>, alongside: Alongside = nothing): Promise<Webhook> {
    const { events, ...rest } = changes;
    const changed = { ...rest, ...(events === undefined ? {} : { events: [...events] }) };
    if (Object.keys(changed).length === 0) return this.get(id);
    this.get(id);
    await this.#stored.manager.transaction(async (manager) => {
      await manager.update(Webhook, { id }, changed);
      await alongside(manager, Object.assign(new Webhook(), this.get(id), changed));
    });
    // What was changed beside it meanwhile stays changed.
    const webhook = Object.assign(new Webhook(), this.get(id), changed);
    this.#webhooks.set(id, webhook);
    return webhook;
  }

  /** With its deliveries. @throws SwitchboardError `webhook.not_found` */
  async delete(id: string, alongside: Alongside = nothing): Promise<void> {
    const webhook = this.get(id);
    await this.#stored.manager.transaction(async (manager) => {
      await manager.delete(Webhook, { id });
      await alongside(manager, webhook);
    });
    this.#webhooks.delete(id);
    for (const told of this.#onDeleted) told(id);
  }

  /** Calls when a webhook is gone, and its deliveries with it. */
  onDeleted(listener: (id: string) => void): void {
    this.#onDeleted.push(listener);
  }
}
