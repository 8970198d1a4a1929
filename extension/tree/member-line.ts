import type { ClientState, Member } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Translate } from '../calls/sentences.ts';
import { placeText } from './place-text.ts';
import type { LineIcon, TreeLine } from './tree-line.ts';

/** What shows of a person: the most urgent alone fits into one picture, the others are said in words. */
interface Signs {
  readonly self: boolean;
  readonly speaking: boolean;
  readonly whispers: boolean;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly reconnecting: boolean;
}

export function memberLine(member: Member, state: ClientState, t: Translate): TreeLine {
  const { id, nickname, status, role } = member;
  const self = id === state.selfId;
  const signs: Signs = {
    self,
    speaking: state.speaking.includes(id),
    whispers: state.whisperedBy.includes(id),
    // One's own shows at once, whatever the server knows of it yet.
    muted: self ? state.muted : member.muted,
    deafened: self ? state.deafened : member.deafened,
    reconnecting: member.reconnecting,
  };
  const place = state.places[id];
  const where = place === undefined ? '' : placeText(place);
  const notes = notesOf(member, signs, t);
  const roleName = role?.name ?? '';
  const said = [roleName, where, status].filter((part) => part !== '');
  return {
    node: { kind: 'member', memberId: id },
    label: self ? t('{0} (you)', nickname) : nickname,
    live: signs.speaking && !signs.reconnecting,
    description: said.join(' · '),
    tooltip: [[nickname, roleName].filter((part) => part !== '').join(', '), where, status, notes.join(', ')].filter(
      (part) => part !== '',
    ),
    icon: iconOf(member, signs),
    context: contextOf(member, self, where !== '', state),
    spoken: [self ? t('{0} (you)', nickname) : nickname, ...notes, ...said].join(', '),
    ...(where !== '' && !self ? { command: 'jumpToMember' as const } : {}),
    children: undefined,
  };
}

function notesOf(member: Member, signs: Signs, t: Translate): readonly string[] {
  return [
    signs.whispers ? t('whispers to you') : undefined,
    signs.speaking ? t('speaking') : undefined,
    signs.reconnecting ? t('reconnecting') : undefined,
    member.serverMuted ? t('muted by a moderator') : signs.muted ? t('muted') : undefined,
    member.serverDeafened ? t('deafened by a moderator') : signs.deafened ? t('deafened') : undefined,
    member.guest ? t('guest') : undefined,
  ].filter((note) => note !== undefined);
}

function iconOf(member: Member, { whispers, speaking, muted, deafened, reconnecting }: Signs): LineIcon {
  if (reconnecting) return { icon: 'sync~spin' };
  if (whispers) return { icon: 'comment', colour: 'charts.purple' };
  if (speaking) return { icon: 'mic-filled', colour: 'charts.green' };
  if (member.serverMuted || member.serverDeafened) return { icon: 'circle-slash', colour: 'list.warningForeground' };
  if (deafened) return { picture: 'headphones-off' };
  return muted ? { picture: 'mic-off' } : { icon: 'mic' };
}

/** The server checks rank and permission; here stands what is worth trying. */
function contextOf(
  { channelId, serverMuted, serverDeafened }: Member,
  self: boolean,
  placed: boolean,
  state: ClientState,
): string {
  const words = ['member', self ? 'self' : 'other'];
  if (self && state.muted) words.push('muted');
  if (placed && !self) words.push('place');
  if (!self) {
    if (can(state, 'member.mute', channelId)) {
      words.push(serverMuted ? 'canUnmute' : 'canMute', serverDeafened ? 'canUndeafen' : 'canDeafen');
    }
    if (can(state, 'member.move', channelId)) words.push('canMove');
    if (can(state, 'member.kick', channelId)) words.push('canKick');
    if (can(state, 'member.ban')) words.push('canBan');
  }
  return words.join('.');
}
