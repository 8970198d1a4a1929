import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PresenceModule } from '../presence/presence.module.ts';
import { ChatRequests } from './chat.requests.ts';
import { ChatService } from './chat.service.ts';
import { StoredMessage } from './message.entity.ts';

@Module({
  imports: [TypeOrmModule.forFeature([StoredMessage]), PresenceModule],
  providers: [ChatService, ChatRequests],
})
export class ChatModule {}
