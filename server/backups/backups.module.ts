import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { BackupsController } from './backups.controller.ts';
import { BackupsService } from './backups.service.ts';
import { Restores } from './restores.ts';

@Module({
  imports: [AccessModule, AuditModule],
  controllers: [BackupsController],
  providers: [BackupsService, Restores],
})
export class BackupsModule {}
