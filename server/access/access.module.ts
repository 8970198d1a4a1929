import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { UserRole } from '../users/user-role.entity.ts';
import { AccessService } from './access.service.ts';
import { AdministrationTurns } from './administration-turns.ts';
import { CallerPermissions } from './caller-permissions.ts';
import { ChannelRule } from './channel-rule.entity.ts';
import { ChannelRulesService } from './channel-rules.service.ts';
import { RoleDirectory } from './role-directory.ts';
import { Role } from './role.entity.ts';
import { RolesService } from './roles.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([Role, UserRole, ChannelRule]), AuditModule, ChannelsModule],
  providers: [RoleDirectory, AdministrationTurns, AccessService, RolesService, ChannelRulesService, CallerPermissions],
  exports: [RoleDirectory, AdministrationTurns, AccessService, RolesService, ChannelRulesService, CallerPermissions],
})
export class AccessModule {}
