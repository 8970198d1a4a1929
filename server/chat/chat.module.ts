import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { ChatTurns } from './chat-turns.ts';
import { ChatRequests } from './chat.requests.ts';
import { ChatService } from './chat.service.ts';
import { MessageDeletion } from './message-deletion.ts';
import { MessageReview } from './message-review.ts';
import { StoredMessage } from './message.entity.ts';
import { PluginMessages } from './plugin-messages.ts';
import { WritingRules } from './writing-rules.ts';

@Module({
  imports: [TypeOrmModule.forFeature([StoredMessage]), AccessModule, AuditModule, ChannelsModule, PresenceModule],
  providers: [ChatTurns, ChatService, MessageDeletion, MessageReview, PluginMessages, WritingRules, ChatRequests],
  exports: [MessageDeletion, MessageReview, PluginMessages, WritingRules],
})
export class ChatModule {}
