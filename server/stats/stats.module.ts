import { Module } from '@nestjs/common';
import { PresenceModule } from '../presence/presence.module.ts';
import { StatsController } from './stats.controller.ts';
import { StatsService } from './stats.service.ts';
import { VoicePicture } from './voice-picture.ts';

@Module({
  imports: [PresenceModule],
  controllers: [StatsController],
  providers: [VoicePicture, StatsService],
  exports: [VoicePicture],
})
export class StatsModule {}
