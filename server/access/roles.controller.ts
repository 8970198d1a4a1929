import { Delete, Get, Patch, Post } from '@nestjs/common';
import { id, namesOf } from '@switchboard/protocol';
import type * as v from 'valibot';
import { Requires, RequiresAccount } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidBody, ValidParam } from '../api/valid.ts';
import { AccessService } from './access.service.ts';
import { RoleDirectory } from './role-directory.ts';
import type { Role } from './role.entity.ts';
import { newRole, role, roleChanges, type RoleView } from './role.schemas.ts';
import { RolesService } from './roles.service.ts';

const EXAMPLE: RoleView = {
  id: '01977b2e-2222-7aaa-8bbb-0c0c0c0c0c0c',
  builtIn: null,
  name: 'Host',
  rank: 300,
  colour: '#3366cc',
  permissions: ['member.mute', 'member.move'],
  memberCount: 2,
};

/** Roles: what they let people do, and who ranks above whom. */
@ApiController('roles', 'Roles')
export class RolesController {
  readonly #roles: RolesService;
  readonly #directory: RoleDirectory;
  readonly #access: AccessService;

  constructor(roles: RolesService, directory: RoleDirectory, access: AccessService) {
    this.#roles = roles;
    this.#directory = directory;
    this.#access = access;
  }

  @Get()
  @RequiresAccount()
  @Answers(paged(role), {
    summary: 'List the roles, the highest first, all on one page',
    example: { items: [EXAMPLE], next: null },
  })
  listRoles(): Page<RoleView> {
    return { items: this.#roles.all.map((each) => this.#viewOf(each)), next: null };
  }

  @Post()
  @Requires('role.manage')
  @Answers(role, {
    summary: 'Make a role of a rank below one’s own',
    status: 201,
    errors: ['access.rank', 'access.not_yours_to_give'],
    example: EXAMPLE,
  })
  async createRole(
    @ValidBody(newRole) body: v.InferOutput<typeof newRole>,
    @CurrentCaller() caller: Caller,
  ): Promise<RoleView> {
    return this.#viewOf(await this.#roles.create(this.#access.actorOf(caller), body));
  }

  @Patch(':id')
  @Requires('role.manage')
  @Answers(role, {
    summary: 'Change a role of a rank below one’s own',
    description: 'Applies at once to everyone who has it.',
    errors: ['role.not_found', 'role.built_in', 'access.rank', 'access.not_yours_to_give'],
    example: EXAMPLE,
  })
  async updateRole(
    @ValidParam('id', id) roleId: string,
    @ValidBody(roleChanges) body: v.InferOutput<typeof roleChanges>,
    @CurrentCaller() caller: Caller,
  ): Promise<RoleView> {
    return this.#viewOf(await this.#roles.update(this.#access.actorOf(caller), roleId, body));
  }

  @Delete(':id')
  @Requires('role.manage')
  @AnswersNothing({
    summary: 'Delete a role of a rank below one’s own; who has it loses it',
    errors: ['role.not_found', 'role.built_in', 'access.rank'],
  })
  async deleteRole(@ValidParam('id', id) roleId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#roles.delete(this.#access.actorOf(caller), roleId);
  }

  #viewOf({ id: roleId, builtIn, name, rank, colour, permissions }: Readonly<Role>): RoleView {
    const memberCount = this.#directory.holdersOf(roleId).length;
    return { id: roleId, builtIn, name, rank, colour, permissions: namesOf(permissions), memberCount };
  }
}
