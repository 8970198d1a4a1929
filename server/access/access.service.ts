import { Injectable } from '@nestjs/common';
import type { Identity } from '../auth/identity.ts';

/** What someone may do, by name. */
export type Permission = 'see' | 'join' | 'speak' | 'whisper' | 'chat.send';

const GUEST: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];

/** The one place that knows who may do what. Guests may see, join, speak, whisper and write. */
@Injectable()
export class AccessService {
  may(identity: Identity, permission: Permission): boolean {
    return this.permissionsOf(identity).includes(permission);
  }

  permissionsOf(identity: Identity): readonly Permission[] {
    return identity.guest ? GUEST : [];
  }
}
