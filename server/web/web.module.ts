import { Module } from '@nestjs/common';
import { ControlModule } from '../control/control.module.ts';
import { DiscoveryController } from './discovery.controller.ts';
import { HealthController } from './health.controller.ts';

@Module({ imports: [ControlModule], controllers: [DiscoveryController, HealthController] })
export class WebModule {}
