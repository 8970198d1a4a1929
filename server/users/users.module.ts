import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountNames } from './account-names.ts';
import { User } from './user.entity.ts';
import { UsersService } from './users.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [UsersService, AccountNames],
  exports: [UsersService, AccountNames],
})
export class UsersModule {}
