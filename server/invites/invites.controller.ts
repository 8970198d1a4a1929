import { Delete, Get, Post } from '@nestjs/common';
import { id } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { Public, Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, pageOf, type Page } from '../api/page.ts';
import { ValidBody, ValidParam, ValidQuery } from '../api/valid.ts';
import { SettingsService } from '../settings/settings.service.ts';
import type { Invite } from './invite.entity.ts';
import {
  invite,
  inviteCode,
  invitePreview,
  invitesQuery,
  madeInvite,
  newInvite,
  type InvitePreviewView,
  type InvitesQuery,
  type InviteView,
  type MadeInviteView,
  type NewInviteBody,
} from './invites.schemas.ts';
import { InvitesService } from './invites.service.ts';

@ApiController('invites', 'Invitations')
export class InvitesController {
  readonly #settings: SettingsService;
  readonly #invites: InvitesService;
  readonly #access: AccessService;

  constructor(settings: SettingsService, invites: InvitesService, access: AccessService) {
    this.#settings = settings;
    this.#invites = invites;
    this.#access = access;
  }

  @Get()
  @Requires('invite.create')
  @Answers(paged(invite), {
    summary: 'List the invitations',
    description: 'The newest first, used up and expired ones too.',
  })
  async listInvites(@ValidQuery(invitesQuery) { limit, after }: InvitesQuery): Promise<Page<InviteView>> {
    const rows = await this.#invites.list(limit + 1, after?.[0]);
    return pageOf(rows, limit, ({ id: key }) => [key], viewOf);
  }

  @Post()
  @Requires('invite.create')
  @Answers(madeInvite, {
    summary: 'Invite somebody to register',
    status: 201,
    errors: ['access.rank', 'access.not_yours_to_give', 'role.not_found', 'role.built_in'],
  })
  async createInvite(
    @CurrentCaller() caller: Caller,
    @ValidBody(newInvite) wanted: NewInviteBody,
  ): Promise<MadeInviteView> {
    const made = await this.#invites.create(this.#access.actorOf(caller), wanted);
    return { invite: viewOf(made.invite), code: made.code };
  }

  @Delete(':id')
  @Requires('invite.create')
  @AnswersNothing({ summary: 'Take an invitation back', errors: ['invite.not_found'] })
  async deleteInvite(@CurrentCaller() caller: Caller, @ValidParam('id', id) inviteId: string): Promise<void> {
    await this.#invites.revoke(this.#access.actorOf(caller), inviteId);
  }

  @Get(':code/preview')
  @Public()
  @Answers(invitePreview, { summary: 'Tell what an invitation is to', errors: ['auth.invite_invalid'] })
  async previewInvite(@ValidParam('code', inviteCode) code: string): Promise<InvitePreviewView> {
    const { expiresAt } = await this.#invites.preview(code);
    return { name: this.#settings.get().name, expiresAt };
  }
}

function viewOf({ id: inviteId, note, roleIds, maxUses, uses, createdBy, createdAt, expiresAt }: Invite): InviteView {
  return { id: inviteId, note, roleIds, maxUses, uses, createdBy, createdAt, expiresAt };
}
