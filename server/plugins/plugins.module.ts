import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { ChatModule } from '../chat/chat.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { StatsModule } from '../stats/stats.module.ts';
import { WebhooksModule } from '../webhooks/webhooks.module.ts';
import { BuiltPackages, BundledFolder, BundledPackages } from './bundled-packages.ts';
import { OfferedPackages } from './offered-packages.ts';
import { PluginCatalogueService } from './plugin-catalogue.service.ts';
import { PluginCommandsRequests } from './plugin-commands.requests.ts';
import { PluginFilesController } from './plugin-files.controller.ts';
import { PluginFolder } from './plugin-folder.service.ts';
import { PluginHooks } from './plugin-hooks.service.ts';
import { PluginRuns } from './plugin-runs.service.ts';
import { PluginScene } from './plugin-scene.ts';
import { PluginSpeech } from './plugin-speech.service.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginValue } from './plugin-value.entity.ts';
import { InstalledPlugin } from './plugin.entity.ts';
import { PluginsController } from './plugins.controller.ts';
import { PluginsService } from './plugins.service.ts';

@Module({
  imports: [
    TypeOrmModule.forFeature([InstalledPlugin, PluginValue]),
    AuditModule,
    ChannelsModule,
    ChatModule,
    PresenceModule,
    StatsModule,
    WebhooksModule,
  ],
  controllers: [PluginsController, PluginFilesController],
  providers: [
    PluginStore,
    PluginsService,
    PluginRuns,
    PluginScene,
    PluginHooks,
    PluginSpeech,
    PluginCommandsRequests,
    PluginCatalogueService,
    PluginFolder,
    { provide: BundledFolder, useClass: BuiltPackages },
    BundledPackages,
    OfferedPackages,
  ],
  exports: [PluginRuns],
})
export class PluginsModule {}
