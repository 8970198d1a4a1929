import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.ts';
import { AuthService } from './auth.service.ts';
import { GuestVerifier } from './guest-verifier.ts';

@Module({ imports: [UsersModule], providers: [GuestVerifier, AuthService], exports: [AuthService] })
export class AuthModule {}
