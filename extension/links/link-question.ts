import type { Channel } from '@switchboard/client';
import type { Translate } from '../calls/sentences.ts';
import { plain } from '../notifications/plain-text.ts';
import type { JoinLink } from './join-link.ts';

export interface LinkQuestion {
  readonly question: string;
  readonly detail: string;
  /** The words on the button. */
  readonly yes: string;
}

/** The host is the one thing in a link that cannot be made to look like another: what the link calls the room stands apart from it. */
export function linkQuestion({ server, channel, name }: JoinLink, t: Translate): LinkQuestion {
  const { host } = new URL(server);
  const where = t('Server: {0}', server);
  const room = name ?? channel;
  if (room === undefined)
    return { question: t('A link wants to connect you with the server {0}.', host), detail: where, yes: t('Connect') };
  return {
    question: t('A link wants to take you into a room on the server {0}.', host),
    detail: `${where}\n${t('The link calls the room: {0}', plain(room))}`,
    yes: t('Join'),
  };
}

/** Asked where the room is called otherwise than the link said; undefined where it is the one that was agreed to. */
export function roomQuestion({ channel, name }: JoinLink, room: Channel, t: Translate): LinkQuestion | undefined {
  const said = name ?? channel ?? '';
  // Of a link without a name nothing was believed but the id.
  const same = said.toLowerCase() === room.name.toLowerCase() || (name === undefined && said === room.id);
  if (same) return undefined;
  return {
    question: t('The room is called otherwise than in the link. Join it?'),
    detail: `${t('Room: {0}', plain(room.name))}\n${t('The link calls the room: {0}', plain(said))}`,
    yes: t('Join'),
  };
}
