import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { BansModule } from '../moderation/bans.module.ts';
import { Invite } from './invite.entity.ts';
import { InvitesController } from './invites.controller.ts';
import { InvitesService } from './invites.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([Invite]), AccessModule, AuditModule, BansModule],
  controllers: [InvitesController],
  providers: [InvitesService],
  exports: [InvitesService],
})
export class InvitesModule {}
