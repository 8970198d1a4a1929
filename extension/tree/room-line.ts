import type { Channel, ClientState, Member } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Translate } from '../calls/sentences.ts';
import type { LineIcon, TreeLine } from './tree-line.ts';

/** Why one cannot go into a room, as far as is known before trying. */
export type Barrier = 'denied' | 'full';

export function barrierOf(channel: Channel, members: number, state: ClientState): Barrier | null {
  if (channel.id === state.channelId) return null;
  if (!can(state, 'join', channel.id)) return 'denied';
  const full = channel.memberLimit !== null && members >= channel.memberLimit;
  return full && !can(state, 'channel.manage', channel.id) ? 'full' : null;
}

/** Without what is below it. */
export function roomLine(
  channel: Channel,
  people: readonly Member[],
  barrier: Barrier | null,
  state: ClientState,
  t: Translate,
): TreeLine {
  const { id, name, topic, locked, memberLimit } = channel;
  const own = id === state.channelId;
  const joining = id === state.joining;
  const count = memberLimit === null ? `${people.length}` : `${people.length}/${memberLimit}`;
  const notes = [
    own ? t('you are here') : undefined,
    locked ? t('needs a password') : undefined,
    barrier === 'denied' ? t('not open to you') : undefined,
    barrier === 'full' ? t('full') : undefined,
  ].filter((note) => note !== undefined);
  const shownCount = people.length === 0 && memberLimit === null ? '' : count;
  return {
    node: { kind: 'room', channelId: id },
    label: name,
    live: own,
    description: [shownCount, topic].filter((part) => part !== '').join(' · '),
    tooltip: [name, ...(topic === '' ? [] : [topic]), [peopleText(people.length, memberLimit, t), ...notes].join(', ')],
    icon: iconOf({ own, joining, barrier, locked }),
    context: [
      'room',
      own ? 'own' : barrier === null ? 'open' : 'closed',
      ...(own && state.muted ? ['muted'] : []),
      ...(own && state.deafened ? ['deafened'] : []),
      ...(mayMakeRooms(channel, state) ? ['rooms'] : []),
    ].join('.'),
    spoken: [name, peopleText(people.length, memberLimit, t), ...notes, ...(joining ? [t('joining…')] : [])].join(', '),
    // To go into one's own room is to see it. Which that is, is asked at the click: lines are drawn a little later.
    ...(barrier === null ? { command: 'join' as const } : {}),
    children: [],
  };
}

function iconOf({
  own,
  joining,
  barrier,
  locked,
}: {
  readonly own: boolean;
  readonly joining: boolean;
  readonly barrier: Barrier | null;
  readonly locked: boolean;
}): LineIcon {
  if (joining) return { icon: 'loading~spin' };
  if (own) return { icon: 'unmute', colour: 'charts.green' };
  if (barrier !== null) return { icon: 'circle-slash', colour: 'disabledForeground' };
  return { icon: locked ? 'lock' : 'unmute' };
}

function peopleText(members: number, limit: number | null, t: Translate): string {
  if (limit !== null) return t('{0} of {1} people', members, limit);
  return members === 1 ? t('1 person') : t('{0} people', members);
}

function mayMakeRooms({ id, temporary }: Channel, state: ClientState): boolean {
  return !temporary && can(state, 'channel.temporary', id);
}
