import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { Ban } from './ban.entity.ts';
import { BansService } from './bans.service.ts';

/** Apart from the rest of moderation: logging in asks for bans, and moderators act on those who are here. */
@Module({
  imports: [TypeOrmModule.forFeature([Ban]), AccessModule, UsersModule],
  providers: [BansService],
  exports: [BansService],
})
export class BansModule {}
