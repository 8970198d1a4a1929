import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { Ban } from './ban.entity.ts';
import { BansService } from './bans.service.ts';

/** Apart from the rest of moderation: logging in asks for bans, and moderators act on those who are here. */
@Module({
  imports: [TypeOrmModule.forFeature([Ban]), AccessModule],
  providers: [BansService],
  exports: [BansService],
})
export class BansModule {}
