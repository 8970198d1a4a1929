import type { ClientState } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Channel, Member } from '@switchboard/protocol';

/** What one may do to a member for everyone, as far as permissions tell; ranks are the server's to know. */
export interface Powers {
  readonly mute: boolean;
  /** Rooms that the member can be put into. */
  readonly moveTo: readonly Channel[];
  readonly kick: boolean;
  readonly ban: boolean;
}

/** Null where there is nothing one may do. */
export function powersOver(state: ClientState, member: Member): Powers | null {
  if (member.id === state.selfId) return null;
  const here = member.channelId;
  const movable = here !== null && can(state, 'member.move', here);
  const powers: Powers = {
    mute: can(state, 'member.mute', here),
    moveTo: movable ? state.channels.filter(({ id }) => id !== here && can(state, 'member.move', id)) : [],
    kick: can(state, 'member.kick', here),
    ban: can(state, 'member.ban'),
  };
  return powers.mute || powers.kick || powers.ban || powers.moveTo.length > 0 ? powers : null;
}
