import { Module } from '@nestjs/common';
import { Argon2 } from './argon2.ts';
import { Passwords } from './passwords.ts';

/** One gate for all who make and compare passwords: of accounts and of channels. */
@Module({ providers: [Argon2, Passwords], exports: [Passwords] })
export class PasswordsModule {}
