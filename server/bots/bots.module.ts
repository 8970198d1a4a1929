import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { AuthModule } from '../auth/auth.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { ControlModule } from '../control/control.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { StressController } from './stress.controller.ts';
import { StressService } from './stress.service.ts';

/** Clients that live in the server. */
@Module({
  imports: [AccessModule, AuditModule, AuthModule, ChannelsModule, ControlModule, PresenceModule],
  controllers: [StressController],
  providers: [StressService],
})
export class BotsModule {}
