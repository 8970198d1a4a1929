import { Delete, Get, Patch, Post } from '@nestjs/common';
import * as v from 'valibot';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, pageOf, type Page } from '../api/page.ts';
import { ValidBody, ValidParam, ValidQuery } from '../api/valid.ts';
import type { AuditAction } from '../audit/audit-actions.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { DeliveryStore } from './delivery-store.ts';
import type { WebhookDelivery } from './webhook-delivery.entity.ts';
import type { WebhookEvent } from './webhook-events.ts';
import type { Webhook } from './webhook.entity.ts';
import {
  deliveriesQuery,
  deliveryView,
  madeWebhook,
  newWebhook,
  webhookChanges,
  webhookView,
  type DeliveriesQuery,
  type DeliveryView,
  type MadeWebhook,
  type WebhookView,
} from './webhook.schemas.ts';
import { WebhooksService, type Alongside, type WebhookPlan } from './webhooks.service.ts';

const ID = v.pipe(v.string(), v.uuid('an id'));
const EXAMPLE: WebhookView = {
  id: '01977b2e-4a10-7c3e-9d2f-6b8e1f0a5c11',
  name: 'Our chat bridge',
  url: 'https://bridge.example.org/switchboard',
  events: ['message.created'],
  enabled: true,
  createdAt: 1_764_000_000_000,
};

/** Addresses that are told of events. */
@ApiController('webhooks', 'Webhooks')
export class WebhooksController {
  readonly #webhooks: WebhooksService;
  readonly #deliveries: DeliveryStore;
  readonly #queue: DeliveryQueue;
  readonly #audit: AuditService;

  constructor(webhooks: WebhooksService, deliveries: DeliveryStore, queue: DeliveryQueue, audit: AuditService) {
    this.#webhooks = webhooks;
    this.#deliveries = deliveries;
    this.#queue = queue;
    this.#audit = audit;
  }

  @Get()
  @Requires('server.manage')
  @Answers(v.object({ items: v.array(webhookView) }), { summary: 'List the webhooks', example: { items: [EXAMPLE] } })
  listWebhooks(): { items: WebhookView[] } {
    return { items: this.#webhooks.all.map(viewOf) };
  }

  @Post()
  @Requires('server.manage')
  @Answers(madeWebhook, {
    summary: 'Make a webhook',
    status: 201,
    errors: ['webhook.too_many'],
    example: { ...EXAMPLE, secret: 'whsec_Zm9yIHRoaXMgcGFnZSBvbmx5LCBub2JvZHkgaGFzIGl0' },
  })
  async createWebhook(
    @ValidBody(newWebhook) body: v.InferOutput<typeof newWebhook>,
    @CurrentCaller() actor: Caller,
  ): Promise<MadeWebhook> {
    const webhook = await this.#webhooks.create(
      body,
      this.#recording(actor, 'webhook.create', { events: body.events }),
    );
    return { ...viewOf(webhook), secret: webhook.secret };
  }

  @Patch(':id')
  @Requires('server.manage')
  @Answers(webhookView, { summary: 'Change a webhook', errors: ['webhook.not_found'], example: EXAMPLE })
  async changeWebhook(
    @ValidParam('id', ID) id: string,
    @ValidBody(webhookChanges) body: v.InferOutput<typeof webhookChanges>,
    @CurrentCaller() actor: Caller,
  ): Promise<WebhookView> {
    const { name, url, events, enabled } = body;
    const changes: Partial<WebhookPlan> = {
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    // An address may hold a secret of its own: which fields changed is enough to know.
    const recorded = this.#recording(actor, 'webhook.update', { changed: Object.keys(changes) });
    const webhook = await this.#webhooks.update(id, changes, recorded);
    return viewOf(webhook);
  }

  @Delete(':id')
  @Requires('server.manage')
  @AnswersNothing({ summary: 'Delete a webhook with its deliveries', errors: ['webhook.not_found'] })
  async deleteWebhook(@ValidParam('id', ID) id: string, @CurrentCaller() actor: Caller): Promise<void> {
    await this.#webhooks.delete(id, this.#recording(actor, 'webhook.delete'));
  }

  @Get(':id/deliveries')
  @Requires('server.manage')
  @Answers(paged(deliveryView), {
    summary: 'List what was delivered to a webhook, what waits and what failed, the newest first',
    errors: ['webhook.not_found'],
  })
  async listWebhookDeliveries(
    @ValidParam('id', ID) id: string,
    @ValidQuery(deliveriesQuery) { limit, after }: DeliveriesQuery,
  ): Promise<Page<DeliveryView>> {
    this.#webhooks.get(id);
    const rows = await this.#deliveries.list(id, limit + 1, after?.[0]);
    return pageOf(rows, limit, (row) => [row.id], deliveryOf);
  }

  @Post(':id/test')
  @Requires('server.manage')
  @Answers(deliveryView, {
    summary: 'Send a test to a webhook, once, and see how it went',
    errors: ['webhook.not_found'],
  })
  async testWebhook(@ValidParam('id', ID) id: string, @CurrentCaller() actor: Caller): Promise<DeliveryView> {
    const webhook = this.#webhooks.get(id);
    await this.#audit.record({ actor, action: 'webhook.test', target: { id, name: webhook.name } });
    return deliveryOf(await this.#queue.test(webhook));
  }

  #recording(actor: Caller, action: AuditAction, detail: Record<string, unknown> = {}): Alongside {
    return (manager, { id, name }) => this.#audit.record({ actor, action, target: { id, name }, detail }, manager);
  }
}

/** Without the secret. */
function viewOf({ id, name, url, events, enabled, createdAt }: Webhook): WebhookView {
  return { id, name, url, events: events as WebhookEvent[], enabled, createdAt };
}

function deliveryOf(delivery: WebhookDelivery): DeliveryView {
  const { id, event, status, attempts, nextAttemptAt, responseStatus, failure, body, createdAt, deliveredAt } =
    delivery;
  return {
    id,
    event: event as DeliveryView['event'],
    status,
    attempts,
    nextAttemptAt,
    responseStatus,
    failure,
    body,
    createdAt,
    deliveredAt,
  };
}
