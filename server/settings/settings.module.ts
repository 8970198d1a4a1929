import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.ts';
import { LogLevelSetting } from './log-level.ts';
import { Setting } from './setting.entity.ts';
import { SettingsController } from './settings.controller.ts';
import { SettingsService } from './settings.service.ts';

/** Global: what the operator decides concerns every part. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Setting]), AuditModule],
  controllers: [SettingsController],
  providers: [SettingsService, LogLevelSetting],
  exports: [SettingsService],
})
export class SettingsModule {}
