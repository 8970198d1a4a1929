import {
  decodeServerFrame,
  type Channel,
  type ControlEvent,
  type EventData,
  type EventType,
  type Welcome,
} from '@switchboard/protocol';
import { AccessService } from '../../access/access.service.ts';
import type { Identity } from '../../auth/identity.ts';
import type { ChannelsService } from '../../channels/channels.service.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { CountingRandomness } from '../../testing/counting-randomness.ts';
import { FakeRelay } from '../../testing/fake-relay.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { RoomsService } from '../rooms.service.ts';
import type { ControlLink, Session } from '../session.ts';
import { SessionsService } from '../sessions.service.ts';
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

function channel(id: string, changes: Partial<Channel> = {}): Channel {
  return {
    id,
    serverId: 'server',
    parentId: null,
    name: id,
    topic: '',
    position: 0,
    locked: false,
    memberLimit: null,
    audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
    ...changes,
  };
}

export interface Present {
  readonly link: FakeLink;
  readonly session: Session;
  readonly welcome: Welcome;
}

/** Presence as it is, between a clock that a test moves and a relay that carries no voice. */
export class PresenceHarness {
  readonly clock = new ManualClock();
  readonly relay = new FakeRelay();
  readonly sessions: SessionsService;
  readonly rooms: RoomsService;
  readonly access = new AccessService();
  readonly whispers: WhispersService;
  readonly tokens: VoiceTokens;

  constructor(settings: Readonly<Record<string, string>> = {}) {
    const config = ServerConfig.from(settings);
    const tree = new Map(
      [channel('lobby'), channel('desk'), channel('pair', { memberLimit: 2 })].map((c) => [c.id, c]),
    );
    const channels = {
      servers: [{ id: 'server', name: 'Test' }],
      channels: [...tree.values()],
      get: (id: string) => tree.get(id),
    };
    const random = new CountingRandomness();
    const { access, relay, clock } = this;
    const tokens = new VoiceTokens(random);
    this.tokens = tokens;
    const channelsService = channels as unknown as ChannelsService;
    this.sessions = new SessionsService(config, channelsService, access, clock, random);
    this.rooms = new RoomsService(this.sessions, channelsService, access, relay, config, clock, random, tokens);
    this.whispers = new WhispersService(this.sessions, this.rooms, access, relay, clock, random, tokens);
    this.rooms.onApplicationBootstrap();
    this.whispers.onApplicationBootstrap();
  }

  enter(nickname: string, more: { userId?: string; network?: string } = {}): Present {
    const link = new FakeLink(more.network);
    const identity: Identity = { userId: more.userId ?? `user of ${nickname}`, nickname, guest: true };
    return { link, ...this.sessions.enter(identity, link) };
  }

  /** The network is gone. */
  drop({ session, link }: Present): void {
    this.sessions.detach(session, link, false);
  }
}
