import { Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { PresenceRequests } from './presence.requests.ts';
import { RoomsService } from './rooms.service.ts';
import { SessionsService } from './sessions.service.ts';
import { VoiceTokens } from './voice-tokens.ts';
import { WhispersService } from './whispers.service.ts';

@Module({
  imports: [ChannelsModule],
  providers: [AccessService, VoiceTokens, SessionsService, RoomsService, WhispersService, PresenceRequests],
  exports: [SessionsService, RoomsService],
})
export class PresenceModule {}
