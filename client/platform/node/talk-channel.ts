import { SwitchboardError, type Channel } from '@switchboard/protocol';

/**
 * The channel that a person means: by its name, or with its parents' names before it.
 *
 * @throws SwitchboardError `channel.not_found`, with those there are.
 */
export function findChannel(channels: readonly Channel[], wanted: string): Channel {
  const named = channels.map((channel) => ({ channel, path: pathOf(channel, channels) }));
  const matches = named.filter(({ channel, path }) => isSame(path, wanted) || isSame(channel.name, wanted));
  const exact = matches.find(({ path }) => isSame(path, wanted)) ?? (matches.length === 1 ? matches[0] : undefined);
  if (exact !== undefined) return exact.channel;
  const paths = (matches.length > 0 ? matches : named).map(({ path }) => `"${path}"`).join(', ');
  const sentence =
    matches.length > 0
      ? `Several channels are called "${wanted}". Choose one of ${paths}.`
      : `There is no channel "${wanted}" on this server. There are: ${paths}.`;
  throw new SwitchboardError('channel.not_found', sentence);
}

function pathOf(channel: Channel, channels: readonly Channel[]): string {
  const names: string[] = [];
  // A server that describes a circle is not followed around it.
  for (let at: Channel | undefined = channel; at !== undefined && names.length <= channels.length;) {
    names.unshift(at.name);
    const { parentId }: Channel = at;
    at = channels.find(({ id }) => id === parentId);
  }
  return names.join('/');
}

function isSame(a: string, b: string): boolean {
  const plain = (text: string): string =>
    text
      .normalize('NFC')
      .trim()
      .toLowerCase()
      .replaceAll(/\s*\/\s*/g, '/');
  return plain(a) === plain(b);
}
