import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { User } from '../users/user.entity.ts';
import { BansModule } from './bans.module.ts';
import { ModerationRequests } from './moderation.requests.ts';
import { ModerationService } from './moderation.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([User]), AccessModule, AuditModule, BansModule, ChannelsModule, PresenceModule],
  providers: [ModerationService, ModerationRequests],
  exports: [ModerationService],
})
export class ModerationModule {}
