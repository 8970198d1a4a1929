import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from './access/access.module.ts';
import { ChannelRulesController } from './access/channel-rules.controller.ts';
import { PermissionsController } from './access/permissions.controller.ts';
import { RolesController } from './access/roles.controller.ts';
import { AuditEntry } from './audit/audit-entry.entity.ts';
import { AuditLogService } from './audit/audit-log.service.ts';
import { AuditViews } from './audit/audit-views.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditModule } from './audit/audit.module.ts';
import { AuthModule } from './auth/auth.module.ts';
import { ChannelManagementModule } from './channels/channel-management.module.ts';
import { ChannelViews } from './channels/channel-views.ts';
import { ChannelsController } from './channels/channels.controller.ts';
import { ChannelsModule } from './channels/channels.module.ts';
import { ChatModule } from './chat/chat.module.ts';
import { MessageSearchService } from './chat/message-search.service.ts';
import { StoredMessage } from './chat/message.entity.ts';
import { MessagesController } from './chat/messages.controller.ts';
import { ReadableChannels } from './chat/readable-channels.ts';
import { BanListService } from './moderation/ban-list.service.ts';
import { Ban } from './moderation/ban.entity.ts';
import { BansController } from './moderation/bans.controller.ts';
import { LiveSessionsController } from './moderation/live-sessions.controller.ts';
import { LiveSessionsService } from './moderation/live-sessions.service.ts';
import { LiveStates } from './moderation/live-states.ts';
import { ModerationController } from './moderation/moderation.controller.ts';
import { ModerationModule } from './moderation/moderation.module.ts';
import { NoticesController } from './notices/notices.controller.ts';
import { NoticesService } from './notices/notices.service.ts';
import { PresenceModule } from './presence/presence.module.ts';
import { ServersController } from './servers/servers.controller.ts';
import { ServersService } from './servers/servers.service.ts';
import { VirtualServer } from './servers/virtual-server.entity.ts';
import { User } from './users/user.entity.ts';
import { UsersAdminService } from './users/users-admin.service.ts';
import { UsersController } from './users/users.controller.ts';
import { UsersModule } from './users/users.module.ts';

/** What the REST API shows and changes: people, roles, channels, messages, who is here, what was done, and a word to everyone. */
@Module({
  imports: [
    TypeOrmModule.forFeature([AuditEntry, Ban, StoredMessage, User, VirtualServer]),
    AccessModule,
    AuditModule,
    AuthModule,
    ChannelManagementModule,
    ChannelsModule,
    ChatModule,
    ModerationModule,
    PresenceModule,
    UsersModule,
  ],
  controllers: [
    AuditController,
    BansController,
    ChannelRulesController,
    ChannelsController,
    LiveSessionsController,
    MessagesController,
    ModerationController,
    NoticesController,
    PermissionsController,
    RolesController,
    ServersController,
    UsersController,
  ],
  providers: [
    AuditLogService,
    AuditViews,
    BanListService,
    ChannelViews,
    LiveSessionsService,
    LiveStates,
    MessageSearchService,
    NoticesService,
    ReadableChannels,
    ServersService,
    UsersAdminService,
  ],
})
export class ResourcesModule {}
