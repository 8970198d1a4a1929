import type { Member } from '@switchboard/protocol';
import type { ClientState } from '../../client-state.ts';

/** The person of this nickname, as soon as there is one in a room; never oneself. */
export function findListener(
  { members, selfId }: Pick<ClientState, 'members' | 'selfId'>,
  nickname: string,
): Member | undefined {
  return members.find(
    (member) => member.id !== selfId && member.channelId !== null && plain(member.nickname) === plain(nickname),
  );
}

function plain(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
