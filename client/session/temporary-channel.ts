import { SwitchboardError, type Channel } from '@switchboard/protocol';
import type { TemporaryChannel } from '../voice-client-api.ts';
import type { RoomState } from './room-state.ts';
import type { Session } from './session.ts';

/**
 * On the server of the channel above it, or on the first.
 * @throws SwitchboardError the server's refusal, `client.closed`
 */
export async function makeTemporaryChannel(
  session: Pick<Session, 'request'>,
  { channels, servers }: RoomState,
  { name, parentId, password }: TemporaryChannel,
): Promise<Channel> {
  const above = channels.find(({ id }) => id === parentId);
  const serverId = above?.serverId ?? servers[0]?.id;
  if (serverId === undefined) throw new SwitchboardError('client.closed');
  const data = { serverId, parentId, name, ...(password === undefined ? {} : { password }) };
  return session.request('channel.createTemporary', data);
}
