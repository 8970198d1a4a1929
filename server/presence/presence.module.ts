import { Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { PresenceRequests } from './presence.requests.ts';
import { RoomsService } from './rooms.service.ts';
import { SessionsService } from './sessions.service.ts';

@Module({
  imports: [ChannelsModule],
  providers: [AccessService, SessionsService, RoomsService, PresenceRequests],
  exports: [SessionsService, RoomsService],
})
export class PresenceModule {}
