import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PresenceModule } from '../presence/presence.module.ts';
import { User } from '../users/user.entity.ts';
import { GuestRetention } from './guest-retention.ts';

@Module({ imports: [TypeOrmModule.forFeature([User]), PresenceModule], providers: [GuestRetention] })
export class GuestRetentionModule {}
