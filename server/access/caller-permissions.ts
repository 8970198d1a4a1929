import { Injectable } from '@nestjs/common';
import type { Permission } from '@switchboard/protocol';
import { PermissionCheck, type Caller } from '../api/caller.ts';
import { AccessService } from './access.service.ts';

/** What callers of the REST API may do. */
@Injectable()
export class CallerPermissions extends PermissionCheck {
  readonly #access: AccessService;

  constructor(access: AccessService) {
    super();
    this.#access = access;
  }

  may(caller: Caller, permission: Permission, channelId?: string): boolean {
    return this.#access.may(this.#access.actorOf(caller), permission, channelId);
  }
}
