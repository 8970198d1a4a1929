import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.ts';
import { PresenceModule } from '../presence/presence.module.ts';
import { ControlServer } from './control-server.ts';
import { RequestRouter } from './request-router.ts';

@Module({
  imports: [DiscoveryModule, AuthModule, PresenceModule],
  providers: [RequestRouter, ControlServer],
  exports: [ControlServer],
})
export class ControlModule {}
