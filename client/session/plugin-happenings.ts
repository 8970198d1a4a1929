import type { ClientHookEvent, Member, PluginMembers, PluginPerson, PluginRoom } from '@switchboard/protocol';
import type { ClientState } from '../client-state.ts';

/*
 * What happens in the room, as plugins are told of it: the difference of what is shown before and after. Pure.
 */

/** The parts of the state that it can be seen from. */
export type Scene = Pick<ClientState, 'channelId' | 'channels' | 'members' | 'selfId' | 'speaking'>;

type VisitHook = 'on_user_join_channel' | 'on_user_leave_channel';

export type Happening =
  | { readonly hook: VisitHook; readonly event: ClientHookEvent<VisitHook> }
  | { readonly hook: 'on_speaking'; readonly event: ClientHookEvent<'on_speaking'> };

/** The room that one is in; null for none. */
export function roomOf({ channelId, channels }: Scene): PluginRoom | null {
  const channel = channelId === null ? undefined : channels.find(({ id }) => id === channelId);
  return channel === undefined ? null : { id: channel.id, name: channel.name };
}

export function selfIn(scene: Scene): PluginPerson | undefined {
  const self = scene.members.find(({ id }) => id === scene.selfId);
  return self === undefined ? undefined : person(self, scene);
}

/** Who is in the room, for plugins that may know. */
export function membersIn(scene: Scene): PluginMembers {
  const members = peopleIn(scene).map((member) => ({
    ...person(member, scene),
    muted: member.muted || member.serverMuted,
    speaking: scene.speaking.includes(member.id),
  }));
  return { room: roomOf(scene), members };
}

/**
 * Those who were there before one came have not come. Oneself keeps one's place when all get new ids, as after a restart of the server.
 */
export function happeningsBetween(before: Scene, after: Scene): readonly Happening[] {
  const room = roomOf(after);
  if (roomOf(before)?.id !== room?.id) {
    return [
      ...ownVisit('on_user_leave_channel', before),
      ...ownVisit('on_user_join_channel', after),
      ...speech(after, []),
    ];
  }
  return room === null ? [] : [...visits(before, after, room), ...speech(after, before.speaking)];
}

function ownVisit(hook: VisitHook, scene: Scene): readonly Happening[] {
  const [room, member] = [roomOf(scene), selfIn(scene)];
  return room === null || member === undefined ? [] : [{ hook, event: { member, room } }];
}

function visits(before: Scene, after: Scene, room: PluginRoom): readonly Happening[] {
  if (before.members === after.members) return [];
  const told = (hook: VisitHook, who: Scene, known: Scene): readonly Happening[] => {
    const ids = new Set(othersIn(known).map(({ id }) => id));
    const others = othersIn(who).filter(({ id }) => !ids.has(id));
    return others.map((member) => ({ hook, event: { member: person(member, who), room } }));
  };
  return [...told('on_user_leave_channel', before, after), ...told('on_user_join_channel', after, before)];
}

/** Who has begun or ended to speak, of those who are here. */
function speech(scene: Scene, spoke: readonly string[]): readonly Happening[] {
  const { speaking } = scene;
  if (speaking === spoke) return [];
  return peopleIn(scene)
    .filter(({ id }) => speaking.includes(id) !== spoke.includes(id))
    .map((member) => ({
      hook: 'on_speaking',
      event: { member: person(member, scene), speaking: speaking.includes(member.id) },
    }));
}

/** Oneself by where one is or is coming back to, the others by what the server says. */
function peopleIn(scene: Scene): readonly Member[] {
  if (scene.channelId === null) return [];
  return scene.members.filter(({ id, channelId }) => id === scene.selfId || channelId === scene.channelId);
}

function othersIn(scene: Scene): readonly Member[] {
  return peopleIn(scene).filter(({ id }) => id !== scene.selfId);
}

function person({ id, userId, nickname }: Member, { selfId }: Scene): PluginPerson {
  return { id, userId, nickname, self: id === selfId };
}
