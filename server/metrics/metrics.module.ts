import { Module } from '@nestjs/common';
import { ControlModule } from '../control/control.module.ts';
import { PluginsModule } from '../plugins/plugins.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { StatsModule } from '../stats/stats.module.ts';
import { WebhooksModule } from '../webhooks/webhooks.module.ts';
import { ControlMetrics } from './control-metrics.ts';
import { DatabaseMetrics } from './database-metrics.ts';
import { MetricsController } from './metrics.controller.ts';
import { MetricsGuard } from './metrics.guard.ts';
import { MetricsService } from './metrics.service.ts';
import { PluginMetrics } from './plugin-metrics.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { QueryTimes } from './query-times.ts';
import { RelayMetrics } from './relay-metrics.ts';
import { WebhookMetrics } from './webhook-metrics.ts';

@Module({
  imports: [ControlModule, PresenceModule, StatsModule, WebhooksModule, PluginsModule],
  controllers: [MetricsController],
  providers: [
    QueryTimes,
    ProcessMetrics,
    ControlMetrics,
    RelayMetrics,
    DatabaseMetrics,
    WebhookMetrics,
    PluginMetrics,
    MetricsService,
    MetricsGuard,
  ],
})
export class MetricsModule {}
