import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { ControlCounts } from './control-counts.ts';
import { ControlServer } from './control-server.ts';
import { RequestRouter } from './request-router.ts';
import { RevokedSessions } from './revoked-sessions.ts';

@Module({
  imports: [DiscoveryModule, AuthModule, PresenceModule],
  providers: [RequestRouter, ControlCounts, ControlServer, RevokedSessions],
  exports: [ControlServer, ControlCounts],
})
export class ControlModule {}
