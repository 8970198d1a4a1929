import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { DeliveryStore } from './delivery-store.ts';
import { GIVE_UP_AFTER_MS, retryDelayMs } from './retry-delay.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';
import { WebhookCounts } from './webhook-counts.ts';
import type { WebhookDelivery } from './webhook-delivery.entity.ts';
import { bodyOf, TEST_EVENT, type WebhookEvent } from './webhook-events.ts';
import { WebhookSender, type Attempt } from './webhook-sender.ts';
import type { Webhook } from './webhook.entity.ts';
import { WebhooksService } from './webhooks.service.ts';

/** On their way at a time, for all webhooks and for one: a slow one leaves room for the others. */
const MAX_AT_ONCE = 8;
const MAX_AT_ONCE_EACH = 2;
/** That wait for one webhook. With so many, the newest event is dropped: what failed first is what an operator looks for. */
export const MAX_WAITING_EACH = 1_000;
/** Stored with one statement. */
const WRITE_BATCH = 100;
/** After the database failed. */
const FAULT_PAUSE_MS = 30_000;
/** The wall clock may be set; so the queue is looked at this often, whatever it says. */
const MAX_SLEEP_MS = 15 * 60_000;
/** The finished ones of a webhook are pruned with every so many. */
export const PRUNE_EVERY = 50;

const SWITCHED_OFF = 'The webhook was switched off.';

/**
 * Delivers what happened, at least once from when it is stored: the queue is in the database, and what was on its way when the
 * server stopped is sent again.
 */
@Injectable()
export class DeliveryQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #store: DeliveryStore;
  readonly #webhooks: WebhooksService;
  readonly #sender: WebhookSender;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #counts: WebhookCounts;
  readonly #logger = new Logger(DeliveryQueue.name);
  readonly #stopping = new AbortController();
  /** By webhook: those that are stored and wait, and those that are about to be stored. */
  #waiting = new Map<string, number>();
  /** Whose queue is full, as was said in the log. */
  readonly #full = new Set<string>();
  readonly #unwritten: WebhookDelivery[] = [];
  #writing: Promise<void> | undefined;
  readonly #underWay = new Map<string, { readonly webhookId: string; readonly settled: Promise<void> }>();
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #cancelTimer = (): void => undefined;
  /** By webhook, since its finished ones were last pruned. */
  readonly #finished = new Map<string, number>();

  constructor(
    store: DeliveryStore,
    webhooks: WebhooksService,
    sender: WebhookSender,
    clock: Clock,
    random: Randomness,
    counts: WebhookCounts,
  ) {
    this.#store = store;
    this.#webhooks = webhooks;
    this.#sender = sender;
    this.#clock = clock;
    this.#random = random;
    this.#counts = counts;
    webhooks.onDeleted((id) => {
      this.#forget(id);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#waiting = await this.#store.countWaiting();
    // The last run may have ended before it came to that.
    for (const { id } of this.#webhooks.all) await this.#store.prune(id);
    this.#look();
  }

  /** What is on its way is ended, and stays in the queue. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.#cancelTimer();
    await this.#writing;
    await this.#looking;
    await Promise.all([...this.#underWay.values()].map(({ settled }) => settled));
  }

  /** How many wait, for all webhooks. */
  get length(): number {
    return [...this.#waiting.values()].reduce((sum, count) => sum + count, 0);
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Takes an event for a webhook. It is stored soon after; with too many that wait, it is dropped. */
  add(webhook: Webhook, event: WebhookEvent, data: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const waiting = this.#waiting.get(webhook.id) ?? 0;
    if (waiting >= MAX_WAITING_EACH) {
      this.#drop(webhook);
      return;
    }
    this.#full.delete(webhook.id);
    this.#waiting.set(webhook.id, waiting + 1);
    const at = this.#clock.epochMs();
    this.#unwritten.push({ ...deliveryOf(webhook, event, at, data), status: 'waiting', nextAttemptAt: at });
    this.#writing ??= this.#write();
  }

  /** Sends a test, once and at once, and keeps how it went. */
  async test(webhook: Webhook): Promise<WebhookDelivery> {
    const at = this.#clock.epochMs();
    const delivery = deliveryOf(webhook, TEST_EVENT, at, { webhook: webhook.name });
    const attempt = await this.#send(webhook, delivery);
    const failure = 'failure' in attempt ? attempt.failure : attempt.is === 'aborted' ? 'The server stopped.' : null;
    const tried: WebhookDelivery = {
      ...delivery,
      status: attempt.is === 'delivered' ? 'delivered' : 'failed',
      attempts: 1,
      responseStatus: 'status' in attempt ? attempt.status : null,
      failure,
      deliveredAt: attempt.is === 'delivered' ? this.#clock.epochMs() : null,
    };
    await this.#store.add([tried]);
    await this.#finish(webhook.id);
    return tried;
  }

  #drop(webhook: Webhook): void {
    this.#counts.dropped++;
    if (this.#full.has(webhook.id)) return;
    this.#full.add(webhook.id);
    this.#logger.warn(
      `${MAX_WAITING_EACH} deliveries wait for the webhook “${webhook.name}”: new events are dropped until there are fewer.`,
    );
  }

  async #write(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = this.#unwritten.splice(0, WRITE_BATCH);
      try {
        await this.#store.add(batch);
      } catch {
        // A webhook of one of them may be gone by now, which is no reason to lose the others.
        await this.#writeEach(batch);
      }
    }
    this.#writing = undefined;
    this.#look();
  }

  async #writeEach(batch: readonly WebhookDelivery[]): Promise<void> {
    for (const delivery of batch) {
      try {
        await this.#store.add([delivery]);
      } catch (error) {
        this.#noLongerWaits(delivery);
        if (this.#webhooks.find(delivery.webhookId) === undefined) continue;
        this.#counts.dropped++;
        this.#logger.error('A delivery could not be stored', error instanceof Error ? error.stack : String(error));
      }
    }
  }

  /** Starts what is due. One look at a time: a second one would find the same. */
  #look(): void {
    if (this.#stopping.signal.aborted) return;
    this.#lookAgain = true;
    this.#looking ??= this.#lookWhileAsked().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#lookAgain && !this.#stopping.signal.aborted) {
      this.#lookAgain = false;
      try {
        await this.#startDue();
      } catch (error) {
        this.#logger.error('The queue of webhooks failed', error instanceof Error ? error.stack : String(error));
        this.#sleep(FAULT_PAUSE_MS);
      }
    }
  }

  async #startDue(): Promise<void> {
    const free = MAX_AT_ONCE - this.#underWay.size;
    if (free <= 0) return; // the next one that ends looks again
    const due = await this.#store.due(this.#clock.epochMs(), this.#taken(), free);
    for (const delivery of due) {
      if (this.#underWayTo(delivery.webhookId) < MAX_AT_ONCE_EACH) this.#start(delivery);
      else this.#lookAgain = true; // now without this webhook, so that others get the place
    }
    if (this.#lookAgain || due.length === free) return;
    const next = await this.#store.nextAttemptAt(this.#taken());
    if (next !== undefined) this.#sleep(Math.max(0, next - this.#clock.epochMs()));
  }

  #sleep(ms: number): void {
    this.#cancelTimer();
    if (this.#stopping.signal.aborted) return;
    this.#cancelTimer = this.#clock.after(Math.min(ms, MAX_SLEEP_MS), () => {
      this.#look();
    });
  }

  #taken() {
    const webhookIds = [...this.#underWay.values()].map(({ webhookId }) => webhookId);
    return {
      ids: [...this.#underWay.keys()],
      webhookIds: webhookIds.filter((id) => this.#underWayTo(id) >= MAX_AT_ONCE_EACH),
    };
  }

  #underWayTo(webhookId: string): number {
    return [...this.#underWay.values()].filter((other) => other.webhookId === webhookId).length;
  }

  #start(delivery: WebhookDelivery): void {
    if (this.#stopping.signal.aborted) return;
    const { id, webhookId } = delivery;
    const settled = this.#deliver(delivery).then(
      () => {
        this.#underWay.delete(id);
        this.#look();
      },
      (error: unknown) => {
        this.#logger.error(
          'How a delivery went could not be stored',
          error instanceof Error ? error.stack : String(error),
        );
        // It is still due, and would be sent again and again.
        this.#clock.after(FAULT_PAUSE_MS, () => {
          this.#underWay.delete(id);
          this.#look();
        });
      },
    );
    this.#underWay.set(id, { webhookId, settled });
  }

  async #deliver(delivery: WebhookDelivery): Promise<void> {
    const webhook = this.#webhooks.find(delivery.webhookId);
    const attempt: Attempt =
      webhook?.enabled === true ? await this.#send(webhook, delivery) : { is: 'refused', failure: SWITCHED_OFF };
    if (attempt.is === 'aborted') return;
    await this.#settle(delivery, attempt);
    await this.#finish(delivery.webhookId);
  }

  /** Counts one that is finished; with every so many, the old ones go. */
  async #finish(webhookId: string): Promise<void> {
    if (this.#webhooks.find(webhookId) === undefined) return;
    const finished = (this.#finished.get(webhookId) ?? 0) + 1;
    this.#finished.set(webhookId, finished % PRUNE_EVERY);
    if (finished === PRUNE_EVERY) await this.#store.prune(webhookId);
  }

  /** What waited for a webhook that is gone went with it. */
  #forget(webhookId: string): void {
    this.#waiting.delete(webhookId);
    this.#full.delete(webhookId);
    this.#finished.delete(webhookId);
  }

  #send(webhook: Webhook, { id, event, body }: Pick<WebhookDelivery, 'id' | 'event' | 'body'>): Promise<Attempt> {
    const headers = {
      [SIGNATURE_HEADER]: signatureOf(webhook.secret, this.#clock.epochMs(), body),
      'Switchboard-Event': event,
      'Switchboard-Delivery': id,
    };
    return this.#sender.send(webhook.url, headers, body, this.#stopping.signal);
  }

  async #settle(delivery: WebhookDelivery, attempt: Exclude<Attempt, { is: 'aborted' }>): Promise<void> {
    const { id, createdAt } = delivery;
    const attempts = delivery.attempts + (attempt.is === 'refused' ? 0 : 1);
    const now = this.#clock.epochMs();
    if (attempt.is === 'delivered') {
      this.#counts.delivered++;
      this.#noLongerWaits(delivery);
      const { status: responseStatus } = attempt;
      await this.#store.change(id, {
        status: 'delivered',
        attempts,
        responseStatus,
        failure: null,
        nextAttemptAt: null,
        deliveredAt: now,
      });
      return;
    }
    if (attempt.is === 'failed') this.#counts.failed++;
    const { failure } = attempt;
    const responseStatus = attempt.is === 'failed' ? attempt.status : null;
    const nextAttemptAt = now + retryDelayMs(Math.max(1, attempts), this.#random);
    if (attempt.is === 'failed' && nextAttemptAt <= createdAt + GIVE_UP_AFTER_MS) {
      await this.#store.change(id, { attempts, responseStatus, failure, nextAttemptAt });
      return;
    }
    this.#counts.givenUp++;
    this.#noLongerWaits(delivery);
    await this.#store.change(id, { status: 'failed', attempts, responseStatus, failure, nextAttemptAt: null });
  }

  #noLongerWaits({ webhookId }: WebhookDelivery): void {
    const waiting = (this.#waiting.get(webhookId) ?? 0) - 1;
    if (waiting > 0) this.#waiting.set(webhookId, waiting);
    else this.#waiting.delete(webhookId);
  }
}

function deliveryOf(
  { id: webhookId }: Webhook,
  event: WebhookEvent | typeof TEST_EVENT,
  at: number,
  data: unknown,
): Omit<WebhookDelivery, 'status'> {
  const id = uuidv7();
  return {
    id,
    webhookId,
    event,
    body: bodyOf(id, event, at, data),
    attempts: 0,
    nextAttemptAt: null,
    responseStatus: null,
    failure: null,
    createdAt: at,
    deliveredAt: null,
  };
}
