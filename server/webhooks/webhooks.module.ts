import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { DeliveryStore } from './delivery-store.ts';
import { WebhookCounts } from './webhook-counts.ts';
import { WebhookDelivery } from './webhook-delivery.entity.ts';
import { WebhookEventsListener } from './webhook-events.listener.ts';
import { HostAddresses, SystemHostAddresses, WebhookSender } from './webhook-sender.ts';
import { Webhook } from './webhook.entity.ts';
import { WebhooksController } from './webhooks.controller.ts';
import { WebhooksService } from './webhooks.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([Webhook, WebhookDelivery]), AuditModule, ChannelsModule],
  controllers: [WebhooksController],
  providers: [
    { provide: HostAddresses, useClass: SystemHostAddresses },
    WebhookSender,
    WebhookCounts,
    WebhooksService,
    DeliveryStore,
    DeliveryQueue,
    WebhookEventsListener,
  ],
  exports: [WebhookCounts, DeliveryQueue, HostAddresses],
})
export class WebhooksModule {}
