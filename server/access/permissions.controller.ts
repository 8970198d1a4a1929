import { Get } from '@nestjs/common';
import { ALL_PERMISSIONS, CHANNEL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import { RequiresAccount } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { paged, type Page } from '../api/page.ts';
import { PERMISSION_DESCRIPTIONS } from './permission-descriptions.ts';
import { permissionInfo, type PermissionInfoView } from './role.schemas.ts';

const OF_CHANNELS: ReadonlySet<Permission> = new Set(CHANNEL_PERMISSIONS);

/** What there is to be allowed. */
@ApiController('permissions', 'Roles')
export class PermissionsController {
  @Get()
  @RequiresAccount()
  @Answers(paged(permissionInfo), {
    summary: 'List all permissions, with what each lets people do',
    example: { items: [{ name: 'see', scope: 'channel', description: PERMISSION_DESCRIPTIONS.see }], next: null },
  })
  listPermissions(): Page<PermissionInfoView> {
    const items = ALL_PERMISSIONS.map((name): PermissionInfoView => ({
      name,
      scope: OF_CHANNELS.has(name) ? 'channel' : 'server',
      description: PERMISSION_DESCRIPTIONS[name],
    }));
    return { items, next: null };
  }
}
