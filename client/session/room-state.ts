import type {
  Channel,
  ControlEvent,
  EventData,
  Member,
  OwnPermissions,
  Place,
  PluginCatalogue,
  PluginOffer,
  ServerCommand,
  ServerInfo,
  Welcome,
} from '@switchboard/protocol';
import { keepIdentity, upsert } from './identity.ts';

/*
 * Who and what is on the server, as told by it: the welcome gives the whole picture, events change it. Pure. Whatever
 * comes in whatever order, no id stands twice, and a member's channel is one that is known, or null.
 */

export interface RoomState {
  readonly servers: readonly ServerInfo[];
  /** In the order of the tree: each followed by its children. */
  readonly channels: readonly Channel[];
  /** By nickname. */
  readonly members: readonly Member[];
  readonly selfId: string | null;
  readonly permissions: readonly string[];
  readonly channelPermissions: OwnPermissions['channelPermissions'];
  /** Where somebody else has put one last. */
  readonly moved: { readonly channelId: string | null } | null;
  /** Where those in one's own room are in their files, by member id. */
  readonly places: Readonly<Record<string, Place>>;
  /** Ids of members who speak in rooms that one is not in. */
  readonly speakingElsewhere: readonly string[];
  /** What the server's plugins bring. */
  readonly pluginOffers: readonly PluginOffer[];
  readonly serverCommands: readonly ServerCommand[];
  /** The last notice of the server, until it is dismissed. */
  readonly notice: string | null;
}

export const EMPTY_ROOMS: RoomState = {
  servers: [],
  channels: [],
  members: [],
  selfId: null,
  permissions: [],
  channelPermissions: {},
  moved: null,
  places: {},
  speakingElsewhere: [],
  pluginOffers: [],
  serverCommands: [],
  notice: null,
};

export function selfOf({ members, selfId }: Pick<RoomState, 'members' | 'selfId'>): Member | undefined {
  return members.find(({ id }) => id === selfId);
}

/** The others in a channel. */
export function roommatesOf({ members, selfId }: RoomState, channelId: string | null): readonly Member[] {
  if (channelId === null) return [];
  return members.filter((member) => member.channelId === channelId && member.id !== selfId);
}

/** Member ids of all that somebody is here with. */
export function sessionsOf({ members }: RoomState, userId: string): ReadonlySet<string> {
  return new Set(members.filter((member) => member.userId === userId).map(({ id }) => id));
}

/** The picture of a new session; what is as it was before stays the same object. */
export function welcomed(before: RoomState, welcome: Welcome): RoomState {
  const channels = treeOrder(byId(welcome.channels), welcome.servers);
  const members = byId([...welcome.members, welcome.self]).map((member) => placed(member, channels));
  return {
    servers: keepIdentity(before.servers, welcome.servers),
    channels: keepIdentity(before.channels, channels),
    members: keepIdentity(before.members, members.sort(byNickname)),
    selfId: welcome.self.id,
    permissions: keepIdentity(before.permissions, welcome.permissions),
    channelPermissions: keepIdentity(before.channelPermissions, welcome.channelPermissions),
    moved: before.moved,
    places: keepIdentity(before.places, {}),
    speakingElsewhere: keepIdentity(before.speakingElsewhere, []),
    ...catalogue(before, welcome.plugins),
    notice: before.notice,
  };
}

/** The picture after an event; the same object if it changes nothing. */
export function changed(state: RoomState, event: ControlEvent): RoomState {
  switch (event.type) {
    case 'channel.created':
    case 'channel.updated':
      return withChannel(state, event.data.channel);
    case 'channel.deleted':
      return withoutChannel(state, event.data.channelId);
    case 'member.joined':
    case 'member.updated':
      return withMember(state, event.data.member);
    case 'member.left':
      return withoutMember(state, event.data.memberId);
    case 'member.moved':
      return moved(state, event.data.memberId, event.data.channelId);
    case 'member.speaking':
      return speaking(state, event.data.memberId, event.data.speaking);
    case 'member.place':
      return withPlace(state, event.data);
    case 'voice.config': {
      const channel = state.channels.find(({ id }) => id === event.data.channelId);
      if (channel === undefined) return state;
      return withChannel(state, { ...channel, audio: event.data.audio });
    }
    case 'self.permissions': {
      const { permissions, channelPermissions } = keepIdentity<OwnPermissions>(state, event.data);
      return { ...state, permissions, channelPermissions };
    }
    case 'self.muted':
      return withSilence(state, event.data);
    case 'self.moved':
      return { ...state, moved: { channelId: event.data.channelId } };
    case 'plugins.changed':
      return { ...state, ...catalogue(state, event.data) };
    case 'server.notice':
      return { ...state, notice: event.data.text };
    default:
      return state;
  }
}

function catalogue(
  { pluginOffers, serverCommands }: RoomState,
  { offers, commands }: PluginCatalogue,
): Pick<RoomState, 'pluginOffers' | 'serverCommands'> {
  return {
    pluginOffers: keepIdentity(pluginOffers, offers),
    serverCommands: keepIdentity(serverCommands, commands),
  };
}

/** Someone is here, and as described. */
export function withMember(state: RoomState, member: Member): RoomState {
  const before = state.members.find(({ id }) => id === member.id);
  const members = upsert(state.members, placed(member, state.channels));
  if (members === state.members) return state;
  const next = { ...state, members: members.toSorted(byNickname) };
  if (before === undefined || before.channelId === member.channelId) return next;
  if (member.id !== state.selfId) return withoutPlaces(speaking(next, member.id, false), ({ id }) => id !== member.id);
  // Those of the next room may have come already.
  const here = ({ channelId }: Member): boolean => channelId !== null && channelId === member.channelId;
  return withoutPlaces(withoutRoommates(next, member.channelId), here);
}

/** The channel is there, and as described. */
export function withChannel(state: RoomState, channel: Channel): RoomState {
  return withChannels(state, upsert(state.channels, channel));
}

/** What moderators have laid upon oneself. */
function withSilence(state: RoomState, { muted, deafened }: EventData<'self.muted'>): RoomState {
  const self = state.members.find(({ id }) => id === state.selfId);
  return self === undefined ? state : withMember(state, { ...self, serverMuted: muted, serverDeafened: deafened });
}

/** Who speaks in one's own room is heard, not told: nobody would tell that they have stopped. */
function withoutRoommates(state: RoomState, channelId: string | null): RoomState {
  const here = new Set(state.members.filter((member) => member.channelId === channelId).map(({ id }) => id));
  const elsewhere = state.speakingElsewhere.filter((id) => !here.has(id));
  return elsewhere.length === state.speakingElsewhere.length ? state : { ...state, speakingElsewhere: elsewhere };
}

/** Someone went from one room to another. Whoever spoke there is not heard to have stopped, so has stopped. */
export function moved(state: RoomState, memberId: string, channelId: string | null): RoomState {
  const member = state.members.find(({ id }) => id === memberId);
  return member === undefined || member.channelId === channelId ? state : withMember(state, { ...member, channelId });
}

function withPlace(state: RoomState, { memberId, place }: EventData<'member.place'>): RoomState {
  if (!state.members.some(({ id }) => id === memberId)) return state;
  const { [memberId]: before, ...others } = state.places;
  const places = place === null ? others : { ...others, [memberId]: keepIdentity(before, place) };
  const kept = keepIdentity(state.places, places);
  return kept === state.places ? state : { ...state, places: kept };
}

/** A place is told to one room: who is not there any more is nowhere. */
function withoutPlaces(state: RoomState, isKept: (member: Member) => boolean): RoomState {
  const ids = new Set(state.members.filter(isKept).map(({ id }) => id));
  const kept = Object.entries(state.places).filter(([id]) => ids.has(id));
  return kept.length === Object.keys(state.places).length ? state : { ...state, places: Object.fromEntries(kept) };
}

function withoutMember(state: RoomState, memberId: string): RoomState {
  if (!state.members.some(({ id }) => id === memberId)) return state;
  return withoutPlaces(
    {
      ...state,
      members: state.members.filter(({ id }) => id !== memberId),
      speakingElsewhere: state.speakingElsewhere.filter((id) => id !== memberId),
    },
    ({ id }) => id !== memberId,
  );
}

function speaking(state: RoomState, memberId: string, speaks: boolean): RoomState {
  const known = state.members.some(({ id }) => id === memberId);
  if (!known || state.speakingElsewhere.includes(memberId) === speaks) return state;
  const others = state.speakingElsewhere.filter((id) => id !== memberId);
  return { ...state, speakingElsewhere: speaks ? [...others, memberId] : others };
}

function withChannels(state: RoomState, channels: readonly Channel[]): RoomState {
  if (channels === state.channels) return state;
  return { ...state, channels: treeOrder(channels, state.servers) };
}

function withoutChannel(state: RoomState, channelId: string): RoomState {
  if (!state.channels.some(({ id }) => id === channelId)) return state;
  const inside = state.members.filter((member) => member.channelId === channelId);
  const emptied = inside.reduce((next, { id }) => moved(next, id, null), state);
  return withChannels(
    emptied,
    emptied.channels.filter(({ id }) => id !== channelId),
  );
}

/** A member in a channel that one may not see is in none, as far as one can tell. */
function placed(member: Member, channels: readonly Channel[]): Member {
  const { channelId } = member;
  return channelId === null || channels.some(({ id }) => id === channelId) ? member : { ...member, channelId: null };
}

/** Each id once; the last one counts. */
function byId<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function byNickname(a: Member, b: Member): number {
  return a.nickname.localeCompare(b.nickname) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Channels as they are shown: server by server, each channel followed by its children. One whose parent is not known
 * stands at the top; those in a circle, which a correct server never sends, come last.
 */
function treeOrder(channels: readonly Channel[], servers: readonly ServerInfo[]): Channel[] {
  const rank = new Map(servers.map(({ id }, index) => [id, index]));
  const rankOf = ({ serverId }: Channel) => rank.get(serverId) ?? servers.length;
  const sorted = channels.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || a.position - b.position || a.name.localeCompare(b.name) || compare(a.id, b.id),
  );
  const known = new Set(sorted.map(({ id }) => id));
  const children = Map.groupBy(sorted, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const ordered = new Set<Channel>();
  const visit = (parentId: string | null): void => {
    for (const channel of children.get(parentId) ?? []) {
      ordered.add(channel);
      visit(channel.id);
    }
  };
  visit(null);
  return [...ordered, ...sorted.filter((channel) => !ordered.has(channel))];
}
