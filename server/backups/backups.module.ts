import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { LogIn } from '../auth/log-in.entity.ts';
import { BackupsController } from './backups.controller.ts';
import { BackupsService } from './backups.service.ts';
import { Restores } from './restores.ts';

@Module({
  imports: [TypeOrmModule.forFeature([LogIn]), AccessModule, AuditModule],
  controllers: [BackupsController],
  providers: [BackupsService, Restores],
})
export class BackupsModule {}
