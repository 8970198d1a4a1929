import type { Channel, ClientState } from '@switchboard/client';
import { barrierOf } from '../tree/room-line.ts';

/** The rooms in the order of the tree, from top to bottom. */
export function roomsInOrder(channels: readonly Channel[]): readonly Channel[] {
  const known = new Set(channels.map(({ id }) => id));
  const below = Map.groupBy(channels, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const withBelow = (channel: Channel): readonly Channel[] => [
    channel,
    ...(below.get(channel.id) ?? []).flatMap(withBelow),
  ];
  return (below.get(null) ?? []).flatMap(withBelow);
}

/** Those that one can go into without being asked anything. */
function isOpen(channel: Channel, state: ClientState): boolean {
  const members = state.members.filter(({ channelId }) => channelId === channel.id).length;
  return !channel.locked && barrierOf(channel, members, state) === null;
}

/** The open room after one's own, and after the last the first; undefined where there is no other. */
export function nextRoom(state: ClientState): Channel | undefined {
  const rooms = roomsInOrder(state.channels);
  const here = rooms.findIndex(({ id }) => id === state.channelId);
  const others = [...rooms.slice(here + 1), ...rooms.slice(0, Math.max(here, 0))];
  return others.find((channel) => isOpen(channel, state));
}

/** By id, else the first of the name. */
export function findRoom(channels: readonly Channel[], wanted: string): Channel | undefined {
  return (
    channels.find(({ id }) => id === wanted) ??
    channels.find(({ name }) => name === wanted) ??
    channels.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  );
}
