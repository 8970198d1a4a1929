import { Global, Module, type DynamicModule, type OnModuleInit, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { AccessGuard } from './access.guard.ts';
import { ApiFront } from './api-front.ts';
import { BodyDeadlines } from './body-deadlines.ts';
import { CallerVerifier, PermissionCheck } from './caller.ts';
import { HttpErrorsFilter } from './http-errors.filter.ts';
import { OwnOriginGuard } from './own-origin.guard.ts';
import { apiRoutes } from './routes.ts';

export interface ApiSurroundings {
  /** Modules that export the next two. */
  readonly imports?: readonly Type[];
  readonly callers: Type<CallerVerifier>;
  readonly permissions: Type<PermissionCheck>;
}

/** The frame of the REST API: who may ask for what, how failures are told, that every route is declared whole. */
@Global()
@Module({})
export class ApiModule implements OnModuleInit {
  readonly #discovery: DiscoveryService;

  constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
  }

  static with({ imports = [], callers, permissions }: ApiSurroundings): DynamicModule {
    return {
      module: ApiModule,
      imports: [DiscoveryModule, ...imports],
      providers: [
        { provide: CallerVerifier, useExisting: callers },
        { provide: PermissionCheck, useExisting: permissions },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: HttpErrorsFilter },
        OwnOriginGuard,
        ApiFront,
        BodyDeadlines,
      ],
      exports: [OwnOriginGuard, BodyDeadlines, CallerVerifier, PermissionCheck],
    };
  }

  /** @throws Error that names a route that does not say what it requires or answers: there is no start then. */
  onModuleInit(): void {
    apiRoutes(this.#discovery);
  }
}
