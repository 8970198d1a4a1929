import type { ClientState, Member } from '@switchboard/client';
import type { Place } from '@switchboard/protocol';
import * as vscode from 'vscode';
import { withoutIcons } from '../notifications/plain-text.ts';
import { placeText } from '../tree/place-text.ts';
import { isTreeNode } from '../tree/tree-node.ts';

/** The others in one's room, in the order of the list. */
function roommates({ members, channelId, selfId }: ClientState): readonly Member[] {
  return members.filter((member) => channelId !== null && member.channelId === channelId && member.id !== selfId);
}

/** Where they are, as far as they share it, by member id. */
export function placesOf(state: ClientState): ReadonlyMap<string, Place | undefined> {
  return new Map(roommates(state).map(({ id }) => [id, state.places[id]]));
}

/** The member that a command is about: the one whose line was clicked, the only one, or the one that is picked now. */
export async function chooseMember(state: ClientState, node: unknown, title: string): Promise<Member | undefined> {
  if (isTreeNode(node)) {
    return node.kind === 'member' ? state.members.find(({ id }) => id === node.memberId) : undefined;
  }
  const sharing = roommates(state).filter(({ id }) => state.places[id]?.path !== undefined);
  if (sharing.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nobody in your room shares the file that they are at.'));
    return undefined;
  }
  const items = sharing.map((member) => {
    const place = state.places[member.id];
    return {
      label: withoutIcons(member.nickname),
      description: place === undefined ? '' : withoutIcons(placeText(place)),
      member,
    };
  });
  const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title });
  return chosen?.member;
}
