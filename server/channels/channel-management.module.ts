import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { PasswordsModule } from '../auth/passwords/passwords.module.ts';
import { ChannelManagementService } from './channel-management.service.ts';
import { Channel } from './channel.entity.ts';
import { ChannelsModule } from './channels.module.ts';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), ChannelsModule, AccessModule, AuditModule, PasswordsModule],
  providers: [ChannelManagementService],
  exports: [ChannelManagementService],
})
export class ChannelManagementModule {}
