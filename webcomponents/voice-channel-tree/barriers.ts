import type { ClientState } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Channel } from '@switchboard/protocol';

/** Why one cannot go into a room, as far as is known before trying. */
export type Barrier = 'denied' | 'full';

export function barrierOf(channel: Channel, members: number, state: ClientState): Barrier | null {
  if (channel.id === state.channelId) return null;
  if (!can(state, 'join', channel.id)) return 'denied';
  const full = channel.memberLimit !== null && members >= channel.memberLimit;
  return full && !can(state, 'channel.manage', channel.id) ? 'full' : null;
}

/** Where one may make a temporary room: below these; null for the top of the tree. */
export function placesForRooms(state: ClientState): readonly (Channel | null)[] {
  const below = state.channels.filter(({ id, temporary }) => !temporary && can(state, 'channel.temporary', id));
  return can(state, 'channel.temporary') ? [null, ...below] : below;
}
