import type { Channel } from './api/types.ts';

export interface ChannelNode {
  readonly channel: Channel;
  readonly children: readonly ChannelNode[];
  /** Those beside it, itself among them, in their order. */
  readonly siblings: readonly Channel[];
}

/** The rooms of a server as they lie in each other. One whose parent is not seen stands at the top. */
export function channelTree(channels: readonly Channel[]): ChannelNode[] {
  const known = new Set(channels.map(({ id }) => id));
  const parentOf = ({ parentId }: Channel): string | null =>
    parentId !== null && known.has(parentId) ? parentId : null;
  const below = (parent: string | null): ChannelNode[] => {
    const siblings = channels
      .filter((channel) => parentOf(channel) === parent)
      .sort((one, other) => one.position - other.position || one.name.localeCompare(other.name));
    return siblings.map((channel) => ({ channel, siblings, children: below(channel.id) }));
  };
  return below(null);
}

/** The ids of a room and of all below it: none of them can be what it lies in. */
export function withInside(channels: readonly Channel[], id: string): Set<string> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const channel of channels) {
      if (channel.parentId !== null && found.has(channel.parentId)) found.add(channel.id);
    }
  }
  return found;
}
