import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { Randomness } from '../common/randomness.ts';
import { ServerConfig } from '../config/server-config.ts';
import { InvitesModule } from '../invites/invites.module.ts';
import { BansModule } from '../moderation/bans.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AccessVerifier } from './access-verifier.ts';
import { AccountRoles } from './accounts/account-roles.ts';
import { AccountsService } from './accounts/accounts.service.ts';
import { RegistrationService } from './accounts/registration.service.ts';
import { ApiKey } from './api-key.entity.ts';
import { ApiKeysController } from './api-keys/api-keys.controller.ts';
import { ApiKeysService } from './api-keys/api-keys.service.ts';
import { AuthService } from './auth.service.ts';
import { AccessTokenStrategy } from './callers/access-token-strategy.ts';
import { BearerVerifier } from './callers/bearer-verifier.ts';
import { GuestVerifier } from './guest-verifier.ts';
import { AccountController } from './http/account.controller.ts';
import { AuthController } from './http/auth.controller.ts';
import { JoinTokensController } from './http/join-tokens.controller.ts';
import { LogInAnswers } from './http/log-in-answers.ts';
import { RequestOrigins } from './http/request-origins.ts';
import { JoinTokenVerifier } from './join-token-verifier.ts';
import { LogIn } from './log-in.entity.ts';
import { KnownDevices } from './log-ins/known-devices.ts';
import { LogInsService } from './log-ins/log-ins.service.ts';
import { Revocations } from './log-ins/revocations.ts';
import { PasswordsModule } from './passwords/passwords.module.ts';
import { SetupController } from './setup/setup.controller.ts';
import { SetupService } from './setup/setup.service.ts';
import { AccessTokens } from './tokens/access-tokens.ts';
import { JoinTokens } from './tokens/join-tokens.ts';
import { RefreshTokens } from './tokens/refresh-tokens.ts';
import { ServerSecrets } from './tokens/server-secrets.ts';
import { SignedTokens } from './tokens/signed-tokens.ts';

const TOKENS = [
  {
    provide: ServerSecrets,
    inject: [ServerConfig, Randomness],
    useFactory: (config: ServerConfig, random: Randomness) => ServerSecrets.load(config.dataDir, random),
  },
  SignedTokens,
  AccessTokens,
  JoinTokens,
  RefreshTokens,
];

/** Who comes in, by whatever they show for it: accounts, their log-ins and tokens, API keys, guests. */
@Module({
  imports: [
    TypeOrmModule.forFeature([LogIn, ApiKey]),
    JwtModule.register({}),
    AccessModule,
    AuditModule,
    BansModule,
    ChannelsModule,
    InvitesModule,
    PasswordsModule,
    UsersModule,
  ],
  controllers: [AuthController, AccountController, SetupController, JoinTokensController, ApiKeysController],
  providers: [
    ...TOKENS,
    Revocations,
    KnownDevices,
    LogInsService,
    AccountRoles,
    AccountsService,
    RegistrationService,
    SetupService,
    ApiKeysService,
    AccessTokenStrategy,
    BearerVerifier,
    RequestOrigins,
    LogInAnswers,
    GuestVerifier,
    AccessVerifier,
    JoinTokenVerifier,
    AuthService,
  ],
  exports: [AuthService, AccountsService, LogInsService, SetupService, BearerVerifier, JoinTokens],
})
export class AuthModule {}
