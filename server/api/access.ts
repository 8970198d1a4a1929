import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@switchboard/protocol';

/** What a route of the API requires of its caller. */
export type Access =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'account';
      /** Whether any API key will do as well. */
      readonly orKey: boolean;
    }
  | {
      readonly kind: 'permission';
      readonly permission: Permission;
      /** The name of the path parameter that holds the channel; undefined for the whole server. */
      readonly channelParameter: string | undefined;
    };

export const ACCESS = 'switchboard:access';

/** Open to everyone. */
export function Public(): MethodDecorator {
  return SetMetadata(ACCESS, { kind: 'public' } satisfies Access);
}

/** For a person who is logged in. An API key is nobody's log-in: where any will do as well, `orKey` says so. */
export function RequiresAccount({ orKey = false }: { readonly orKey?: boolean } = {}): MethodDecorator {
  return SetMetadata(ACCESS, { kind: 'account', orKey } satisfies Access);
}

/** For who has this permission on the server, or in the channel whose id is the path parameter `channel`. */
export function Requires(permission: Permission, { channel }: { readonly channel?: string } = {}): MethodDecorator {
  return SetMetadata(ACCESS, { kind: 'permission', permission, channelParameter: channel } satisfies Access);
}

/** The same in words, for the document: `account or key`, `channel.manage in {id}`. */
export function nameOf(access: Access): string {
  if (access.kind === 'public') return 'public';
  if (access.kind === 'account') return access.orKey ? 'account or key' : 'account';
  const { permission, channelParameter } = access;
  return channelParameter === undefined ? permission : `${permission} in {${channelParameter}}`;
}
