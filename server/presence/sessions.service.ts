import { Injectable, Logger } from '@nestjs/common';
import {
  bytesToHex,
  CLOSE_CODES,
  encodeEvent,
  hexToBytes,
  NO_PLUGINS,
  SESSION_GRACE_MS,
  SwitchboardError,
  type ControlEvent,
  type Member,
  type PluginCatalogue,
  type Welcome,
} from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import type { Identity } from '../auth/identity.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { ServerConfig } from '../config/server-config.ts';
import { BansService } from '../moderation/bans.service.ts';
import { NicknamesService } from './nicknames.service.ts';
import { Session, type ControlLink } from './session.ts';
import { Silences } from './silences.ts';
import { ViewsService } from './views.service.ts';

const SECRET_BYTES = 32;

/** `isNew`: it has had its welcome, not a replay. */
export type CaughtUpListener = (session: Session, isNew: boolean) => void;
/** `atOnce`: it did not leave by itself, and is not to understand what is said from now on. */
export type EndListener = (session: Session, atOnce: boolean) => void;

/** Who is here: the life of every session, from hello to its end. */
@Injectable()
export class SessionsService {
  readonly #config: ServerConfig;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #views: ViewsService;
  readonly #bans: BansService;
  readonly #silences: Silences;
  readonly #nicknames: NicknamesService;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #logger = new Logger(SessionsService.name);
  readonly #sessions = new Map<string, Session>();
  readonly #endListeners: EndListener[] = [];
  readonly #caughtUpListeners: CaughtUpListener[] = [];
  #plugins = NO_PLUGINS;

  constructor(
    config: ServerConfig,
    channels: ChannelsService,
    access: AccessService,
    views: ViewsService,
    bans: BansService,
    silences: Silences,
    nicknames: NicknamesService,
    clock: Clock,
    random: Randomness,
  ) {
    this.#config = config;
    this.#channels = channels;
    this.#access = access;
    this.#views = views;
    this.#bans = bans;
    this.#silences = silences;
    this.#nicknames = nicknames;
    this.#clock = clock;
    this.#random = random;
  }

  get all(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** An account may be here through several. */
  ofUser(userId: string): Session[] {
    return [...this.all].filter(({ identity }) => identity.userId === userId);
  }

  /** Who came in by a join token that this account has minted. */
  visitorsOf(userId: string): Session[] {
    return [...this.all].filter(({ identity: { access } }) => access.type === 'token' && access.mintedBy === userId);
  }

  withMember(memberId: string): Session | undefined {
    for (const session of this.all) if (session.member.id === memberId) return session;
    return undefined;
  }

  /** Told when a session is over, before the others are; whoever keeps something for it lets go. */
  onEnded(listener: EndListener): void {
    this.#endListeners.push(listener);
  }

  /** Told when a session has its welcome or its replay; what is the case just now, and in neither, is to be told then. */
  onCaughtUp(listener: CaughtUpListener): void {
    this.#caughtUpListeners.push(listener);
  }

  /**
   * Lets someone in, with the whole picture. A guest who is here already is replaced: one can talk from one place at a time. So is who comes
   * again with the same join token. An account gets its nickname from whoever has it here.
   * @throws SwitchboardError `access.banned`, `auth.token_invalid`, `auth.nickname_taken`, `server.full`
   */
  enter(entering: Identity, link: ControlLink): { session: Session; welcome: Welcome } {
    this.#bans.check(entering, link.network);
    const [earlier] = entering.access.type === 'account' ? [] : this.ofUser(entering.userId);
    const { nickname, holders } = this.#nicknames.claim(entering, this.all);
    const identity: Identity = { ...entering, nickname };
    this.#refuseCrowd(link.network, earlier);
    for (const holder of holders) this.#rename(holder);
    if (earlier !== undefined) this.#replace(earlier);

    const secret = this.#random.bytes(SECRET_BYTES);
    const standing = { role: this.#access.badgeOf(identity), ...this.#silences.of(identity.userId) };
    const session = new Session({ id: uuidv7(), memberId: uuidv7(), identity, standing, secret, link });
    this.broadcast({ type: 'member.joined', data: { member: session.member } });
    this.#sessions.set(session.id, session);
    session.view = this.#views.viewOf(identity, null);
    const own = this.#access.ownPermissions(identity, session.view.keys());
    session.toldPermissions = JSON.stringify(own);
    return {
      session,
      welcome: {
        session: { id: session.id, secret: bytesToHex(secret), graceMs: SESSION_GRACE_MS },
        self: session.member,
        servers: [...this.#channels.servers],
        channels: this.#views.channelsIn(session.view),
        members: [...this.all].map(({ member }) => ({ ...member, channelId: session.placeOf(member) })),
        ...own,
        plugins: this.#plugins,
        seq: session.events.seq,
      },
    };
  }

  /**
   * Takes a session up again on a new socket. What it missed is to be sent after the reply.
   * @throws SwitchboardError `session.expired`, whatever the reason: a stranger learns nothing; `access.banned`, `auth.token_invalid`
   */
  resume(
    sessionId: string,
    secretHex: string,
    seq: number,
    link: ControlLink,
  ): { session: Session; secret: string; missed: readonly string[] } {
    const session = this.#sessions.get(sessionId);
    if (session?.hasSecret(hexToBytes(secretHex)) !== true) throw new SwitchboardError('session.expired');
    this.#bans.check(session.identity, link.network);
    const missed = session.events.after(seq);
    if (missed === undefined) {
      this.end(session);
      throw new SwitchboardError('session.expired');
    }
    const { attachment } = session;
    if (attachment.status === 'attached') attachment.link.close(CLOSE_CODES.normal);
    if (attachment.status === 'detached') attachment.cancelExpiry();
    const secret = this.#random.bytes(SECRET_BYTES);
    session.replaceSecret(secret);
    session.attachment = { status: 'attached', link };
    session.network = link.network;
    // The others are told after the picture is complete: what this one is told goes into `missed` or after it, never twice.
    return { session, secret: bytesToHex(secret), missed };
  }

  /**
   * After the welcome, or the replay of a resume, has been sent.
   * @param isNew it was the welcome.
   */
  caughtUp(session: Session, isNew = false): void {
    for (const listener of this.#caughtUpListeners) listener(session, isNew);
    if (session.member.reconnecting) this.change(session, { reconnecting: false });
  }

  /** The socket is gone. On purpose: so is the session. Else it waits a minute. */
  detach(session: Session, link: ControlLink, onPurpose: boolean): void {
    if (!session.isAttachedTo(link)) return;
    if (onPurpose) {
      this.end(session);
      return;
    }
    const cancelExpiry = this.#clock.after(SESSION_GRACE_MS, () => {
      this.end(session);
    });
    session.attachment = { status: 'detached', cancelExpiry };
    this.change(session, { reconnecting: true });
  }

  /**
   * A socket that it still has is closed: nothing more is done in its name.
   * @param atOnce see `EndListener`
   */
  end(session: Session, closeCode: number = CLOSE_CODES.normal, atOnce = false): void {
    if (!this.#sessions.delete(session.id)) return;
    const { attachment } = session;
    if (attachment.status === 'attached') attachment.link.close(closeCode);
    if (attachment.status === 'detached') attachment.cancelExpiry();
    session.attachment = { status: 'ended' };
    for (const listener of this.#endListeners) listener(session, atOnce);
    this.broadcast({ type: 'member.left', data: { memberId: session.member.id } });
  }

  /** Its log-in has ended elsewhere, or the account that it stands on is gone, or banned. */
  logOut(session: Session): void {
    session.tell({ type: 'self.loggedOut', data: {} });
    this.end(session, CLOSE_CODES.loggedOut, true);
  }

  /** Changes what the others see of a member, and tells them; the session itself has its reply, or an event of its own. */
  change(session: Session, changes: Partial<Omit<Member, 'id' | 'userId' | 'guest' | 'channelId'>>): Member {
    if (changes.nickname !== undefined) this.#nicknames.refuse(session, changes.nickname, this.all);
    session.member = { ...session.member, ...changes };
    this.#tellUpdated(session, (other) => other !== session);
    return session.member;
  }

  /** As `change`, of what is no reply to anything and no event of its own: the member itself is told as well. */
  changeRole(session: Session, role: Member['role']): void {
    session.member = { ...session.member, role };
    this.#tellUpdated(session, () => true);
  }

  /** What plugins bring to everyone: those who are here are told, and those who come. */
  offer(plugins: PluginCatalogue): void {
    this.#plugins = plugins;
    this.broadcast({ type: 'plugins.changed', data: plugins });
  }

  /** Encoded once, however many it goes to. */
  broadcast(event: ControlEvent, to: (session: Session) => boolean = () => true): void {
    const encoded = encodeEvent(event);
    for (const session of this.all) if (to(session)) session.push(encoded);
  }

  /** Encoded twice at most: with the channel, and for those who do not see it. */
  #tellUpdated({ member }: Session, to: (session: Session) => boolean): void {
    const isSeenBy = (other: Session): boolean => other.placeOf(member) === member.channelId;
    const unplaced = { ...member, channelId: null };
    this.broadcast({ type: 'member.updated', data: { member } }, (other) => to(other) && isSeenBy(other));
    if (member.channelId === null) return;
    this.broadcast({ type: 'member.updated', data: { member: unplaced } }, (other) => to(other) && !isSeenBy(other));
  }

  #replace(earlier: Session): void {
    if (earlier.isAttached) earlier.tell({ type: 'session.replaced', data: {} });
    this.end(earlier, CLOSE_CODES.replaced);
    this.#logger.debug(`session ${earlier.id} replaced`);
  }

  /** The name is somebody else's, who comes in; told to all, itself included. */
  #rename(session: Session): void {
    session.member = { ...session.member, nickname: this.#nicknames.insteadOf(session, this.all) };
    this.#tellUpdated(session, () => true);
  }

  #refuseCrowd(network: string | undefined, except: Session | undefined): void {
    const others = [...this.all].filter((session) => session !== except);
    const fromThere = network === undefined ? 0 : others.filter((session) => session.network === network).length;
    if (others.length >= this.#config.maxSessions || fromThere >= this.#config.maxSessionsPerAddress) {
      throw new SwitchboardError('server.full');
    }
  }
}
