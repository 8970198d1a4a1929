import {
  DEFAULT_BITRATE_BPS,
  decodeServerFrame,
  type ControlEvent,
  type EventData,
  setOf,
  type EventType,
  type Permission,
  type Welcome,
} from '@switchboard/protocol';
import { AccessService } from '../../access/access.service.ts';
import { BUILT_IN_ROLES } from '../../access/built-in-roles.ts';
import { RoleDirectory } from '../../access/role-directory.ts';
import type { Role } from '../../access/role.entity.ts';
import type { AccessGrant } from '../../auth/identity.ts';
import type { Channel } from '../../channels/channel.entity.ts';
import { ChannelsService } from '../../channels/channels.service.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { BansService } from '../../moderation/bans.service.ts';
import { CountingRandomness } from '../../testing/counting-randomness.ts';
import { FakeRelay } from '../../testing/fake-relay.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { AccountNames } from '../../users/account-names.ts';
import { LiveAccessService } from '../live-access.service.ts';
import { NicknamesService } from '../nicknames.service.ts';
import { PlacingService } from '../placing.service.ts';
import { RoomsService } from '../rooms.service.ts';
import type { ControlLink, Session } from '../session.ts';
import { SessionsService } from '../sessions.service.ts';
import { Silences } from '../silences.ts';
import { ViewsService } from '../views.service.ts';
import { VoiceTokens } from '../voice-tokens.ts';
import { WhispersService } from '../whispers.service.ts';

/** The far end of a session's socket. */
export class FakeLink implements ControlLink {
  readonly network: string | undefined;
  readonly events: ControlEvent[] = [];
  closedWith: number | undefined;

  constructor(network?: string) {
    this.network = network;
  }

  send(text: string): void {
    const frame = decodeServerFrame(text);
    if (frame?.kind !== 'event') throw new Error('a session sends events alone');
    this.events.push(frame.event);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  of<T extends EventType>(type: T): EventData<T>[] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);
  }
}

/** A row, for who keeps rows. */
export function aChannel(id: string, changes: Partial<Channel> = {}): Channel {
  return {
    id,
    serverId: 'server',
    parentId: null,
    name: id,
    topic: '',
    position: 0,
    memberLimit: null,
    bitrateBps: DEFAULT_BITRATE_BPS,
    forwardLimit: null,
    passwordHash: null,
    requiredRoleId: null,
    slowModeS: 0,
    temporary: false,
    createdAt: 0,
    ...changes,
  };
}

/** The built-in roles, their names for ids. */
const ROLES: readonly Role[] = BUILT_IN_ROLES.map((role) => ({
  ...role,
  id: role.builtIn,
  colour: null,
  createdAt: 0,
}));

/** In the place of tables: what is tested here keeps its memory by itself. */
const NO_TABLE = { find: () => Promise.resolve([]) } as never;

export interface Present {
  readonly link: FakeLink;
  readonly session: Session;
  readonly welcome: Welcome;
}

/** Presence as it is, between a clock that a test moves and a relay that carries no voice. */
export class PresenceHarness {
  readonly clock = new ManualClock();
  readonly relay = new FakeRelay();
  readonly directory: RoleDirectory;
  readonly channels: ChannelsService;
  readonly access: AccessService;
  readonly names: AccountNames;
  readonly bans: BansService;
  readonly sessions: SessionsService;
  readonly rooms: RoomsService;
  readonly whispers: WhispersService;
  readonly placing: PlacingService;
  readonly tokens: VoiceTokens;

  constructor(settings: Readonly<Record<string, string>> = {}) {
    const config = ServerConfig.from(settings);
    const random = new CountingRandomness();
    const { relay, clock } = this;
    const tokens = new VoiceTokens(random);
    this.tokens = tokens;
    this.directory = new RoleDirectory(NO_TABLE, NO_TABLE, NO_TABLE, clock);
    this.channels = new ChannelsService(NO_TABLE, NO_TABLE, config, clock);
    const { directory, channels } = this;
    this.access = new AccessService(directory, channels);
    const { access } = this;
    const views = new ViewsService(access, channels);
    this.names = new AccountNames(NO_TABLE);
    const { names } = this;
    this.bans = new BansService(NO_TABLE, access, directory, names, clock);
    const { bans } = this;
    const silences = new Silences(NO_TABLE);
    const nicknames = new NicknamesService(names);
    this.sessions = new SessionsService(config, channels, access, views, bans, silences, nicknames, clock, random);
    const { sessions } = this;
    this.rooms = new RoomsService(sessions, channels, access, views, relay, config, clock, random, tokens);
    const { rooms } = this;
    this.whispers = new WhispersService(sessions, rooms, access, relay, clock, random, tokens);
    const { whispers } = this;
    this.placing = new PlacingService(access, rooms, whispers);
    const live = new LiveAccessService(directory, channels, access, sessions, rooms, views, this.placing, whispers);
    for (const service of [rooms, whispers, live]) service.onApplicationBootstrap();
    directory.apply(({ roles }) => {
      for (const role of ROLES) roles.set(role.id, role);
    });
    channels.put([aChannel('lobby'), aChannel('desk'), aChannel('pair')]);
  }

  enter(
    nickname: string,
    more: { userId?: string; network?: string; access?: AccessGrant; isNamed?: boolean } = {},
  ): Present {
    const link = new FakeLink(more.network);
    const access = more.access ?? { type: 'guest' };
    const identity = {
      userId: more.userId ?? `user of ${nickname}`,
      nickname,
      guest: access.type !== 'account',
      isNamed: more.isNamed ?? false,
      access,
    };
    return { link, ...this.sessions.enter(identity, link) };
  }

  /** Someone with an account, and these roles besides Member. */
  enterAs(roleIds: readonly string[], nickname: string): Present {
    const userId = `user of ${nickname}`;
    this.directory.apply(({ given }) => given.set(userId, new Set(roleIds)));
    return this.enter(nickname, { userId, access: { type: 'account' } });
  }

  /** Replaces what a channel allows and denies. */
  rule(channelId: string, roleId: string, allow: readonly Permission[], deny: readonly Permission[]): void {
    this.directory.apply(({ rules }) => {
      rules.set(channelId, new Map([[roleId, { allow: setOf(allow), deny: setOf(deny) }]]));
    });
  }

  /** The network is gone. */
  drop({ session, link }: Present): void {
    this.sessions.detach(session, link, false);
  }
}
