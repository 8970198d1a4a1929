import { take } from './api/api-error.ts';
import type { Session } from './api/session.ts';
import type { LiveSession } from './api/types.ts';
import type { MenuItem } from './admin-menu/admin-menu.ts';
import type { AdminStrings } from './strings/strings.ts';

/** What of it needs a dialog. */
export type MemberAct = 'move' | 'kick' | 'ban';

/** How the page does what was chosen: an act at once, or by asking for more. */
export interface MemberDoing {
  readonly act: (work: () => Promise<unknown>, done: string) => void;
  readonly open: (act: MemberAct) => void;
}

/** What one may do to somebody who is here; what one may not for the rank says so. */
export function memberItems(
  { member: text }: AdminStrings,
  session: Session,
  member: LiveSession,
  { act, open }: MemberDoing,
): MenuItem[] {
  const isSelf = member.userId === session.me?.id;
  const locked = isSelf || session.outranks(member.rank) ? undefined : text.higher;
  const never = isSelf ? text.yourself : locked;
  const { memberId, nickname: name, serverMuted, serverDeafened } = member;
  const params = { path: { memberId } };
  const items: MenuItem[] = [];
  if (session.may('member.mute')) {
    items.push(
      {
        label: serverMuted ? text.unmuteForAll : text.muteForAll,
        locked,
        act: () =>
          act(
            () => take(session.api.POST('/api/mute/{memberId}', { params, body: { muted: !serverMuted } })),
            serverMuted ? text.unmuted(name) : text.muted(name),
          ),
      },
      {
        label: serverDeafened ? text.undeafen : text.deafen,
        locked,
        act: () =>
          act(
            () => take(session.api.POST('/api/deafen/{memberId}', { params, body: { deafened: !serverDeafened } })),
            serverDeafened ? text.undeafened(name) : text.deafened(name),
          ),
      },
    );
  }
  if (session.may('member.move')) items.push({ label: text.move, locked, act: () => open('move') });
  if (session.may('member.kick'))
    items.push({ label: text.kick, danger: true, locked: never, act: () => open('kick') });
  if (session.may('member.ban')) items.push({ label: text.ban, danger: true, locked: never, act: () => open('ban') });
  return items;
}
