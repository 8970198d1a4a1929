import { Injectable } from '@nestjs/common';
import { namesOf, type Permission } from '@switchboard/protocol';
import { AccessService } from '../../access/access.service.ts';
import { accountActor } from '../../access/actor.ts';
import { RoleDirectory } from '../../access/role-directory.ts';

/** A role as its bearer sees it. */
interface RoleBrief {
  readonly id: string;
  readonly name: string;
  readonly rank: number;
  readonly colour: string | null;
}

/** What an account is and may do at this moment. */
export interface Standing {
  readonly roles: RoleBrief[];
  readonly rank: number;
  readonly permissions: Permission[];
}

/** What accounts are asked about their roles. */
@Injectable()
export class AccountRoles {
  readonly #directory: RoleDirectory;
  readonly #access: AccessService;

  constructor(directory: RoleDirectory, access: AccessService) {
    this.#directory = directory;
    this.#access = access;
  }

  get hasAdmin(): boolean {
    return this.#directory.hasAdmin;
  }

  standingOf(userId: string, nickname: string): Standing {
    const person = accountActor(userId, nickname);
    const roles = this.#directory.rolesOf(userId).map(({ id, name, rank, colour }) => ({ id, name, rank, colour }));
    return { roles, rank: this.#access.rankOf(person), permissions: namesOf(this.#access.permissionsOf(person)) };
  }
}
