import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { PasswordsModule } from '../auth/passwords/passwords.module.ts';
import { ChannelManagementModule } from '../channels/channel-management.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { BansModule } from '../moderation/bans.module.ts';
import { User } from '../users/user.entity.ts';
import { UsersModule } from '../users/users.module.ts';
import { DoorService } from './door.service.ts';
import { LiveAccessService } from './live-access.service.ts';
import { NicknamesService } from './nicknames.service.ts';
import { PlacesService } from './places.service.ts';
import { PlacingService } from './placing.service.ts';
import { PresenceRequests } from './presence.requests.ts';
import { RoomEvents } from './room-events.ts';
import { RoomsService } from './rooms.service.ts';
import { SessionsService } from './sessions.service.ts';
import { Silences } from './silences.ts';
import { TemporaryChannelsService } from './temporary-channels.service.ts';
import { ViewsService } from './views.service.ts';
import { VoiceTokens } from './voice-tokens.ts';
import { WhispersService } from './whispers.service.ts';

@Module({
  imports: [
    TypeOrmModule.forFeature([User]),
    AccessModule,
    BansModule,
    ChannelsModule,
    ChannelManagementModule,
    PasswordsModule,
    UsersModule,
  ],
  providers: [
    VoiceTokens,
    Silences,
    NicknamesService,
    ViewsService,
    SessionsService,
    RoomsService,
    RoomEvents,
    WhispersService,
    PlacesService,
    PlacingService,
    DoorService,
    TemporaryChannelsService,
    LiveAccessService,
    PresenceRequests,
  ],
  exports: [SessionsService, RoomsService, PlacingService, DoorService, Silences],
})
export class PresenceModule {}
