import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { VirtualServer } from '../servers/virtual-server.entity.ts';
import { Channel } from './channel.entity.ts';
import { ChannelsService } from './channels.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([VirtualServer, Channel])],
  providers: [ChannelsService],
  exports: [ChannelsService],
})
export class ChannelsModule {}
