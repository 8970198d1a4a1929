import { Injectable, Logger } from '@nestjs/common';
import {
  bytesToHex,
  CLOSE_CODES,
  encodeEvent,
  hexToBytes,
  SESSION_GRACE_MS,
  SwitchboardError,
  type ControlEvent,
  type Member,
  type Welcome,
} from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import type { Identity } from '../auth/identity.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { ServerConfig } from '../config/server-config.ts';
import { nicknameKey } from './nickname-key.ts';
import { Session, type ControlLink } from './session.ts';

const SECRET_BYTES = 32;

export type SessionListener = (session: Session) => void;

/** Who is here: the life of every session, from hello to its end. */
@Injectable()
export class SessionsService {
  readonly #config: ServerConfig;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #logger = new Logger(SessionsService.name);
  readonly #sessions = new Map<string, Session>();
  readonly #endListeners: SessionListener[] = [];
  readonly #caughtUpListeners: SessionListener[] = [];

  constructor(
    config: ServerConfig,
    channels: ChannelsService,
    access: AccessService,
    clock: Clock,
    random: Randomness,
  ) {
    this.#config = config;
    this.#channels = channels;
    this.#access = access;
    this.#clock = clock;
    this.#random = random;
  }

  get all(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** Told when a session is over, before the others are; whoever keeps something for it lets go. */
  onEnded(listener: SessionListener): void {
    this.#endListeners.push(listener);
  }

  /** Told when a session has its welcome or its replay; what is the case just now, and in neither, is to be told then. */
  onCaughtUp(listener: SessionListener): void {
    this.#caughtUpListeners.push(listener);
  }

  /**
   * Lets someone in, with the whole picture. A guest who is here already is replaced: one can talk from one place at a time.
   * @throws SwitchboardError `auth.nickname_taken`, `server.full`
   */
  enter(identity: Identity, link: ControlLink): { session: Session; welcome: Welcome } {
    const earlier = [...this.all].find(({ identity: { userId } }) => identity.guest && userId === identity.userId);
    this.#refuseTakenNickname(identity.nickname, 'credentials.nickname', earlier);
    this.#refuseCrowd(link.network, earlier);
    if (earlier !== undefined) this.#replace(earlier);

    const secret = this.#random.bytes(SECRET_BYTES);
    const session = new Session({ id: uuidv7(), memberId: uuidv7(), identity, secret, link });
    this.broadcast({ type: 'member.joined', data: { member: session.member } });
    this.#sessions.set(session.id, session);
    return {
      session,
      welcome: {
        session: { id: session.id, secret: bytesToHex(secret), graceMs: SESSION_GRACE_MS },
        self: session.member,
        servers: [...this.#channels.servers],
        channels: [...this.#channels.channels],
        members: [...this.all].map(({ member }) => member),
        permissions: [...this.#access.permissionsOf(identity)],
        seq: session.events.seq,
      },
    };
  }

  /**
   * Takes a session up again on a new socket. What it missed is to be sent after the reply.
   * @throws SwitchboardError `session.expired`, whatever the reason: a stranger learns nothing.
   */
  resume(
    sessionId: string,
    secretHex: string,
    seq: number,
    link: ControlLink,
  ): { session: Session; secret: string; missed: readonly string[] } {
    const session = this.#sessions.get(sessionId);
    if (session?.hasSecret(hexToBytes(secretHex)) !== true) throw new SwitchboardError('session.expired');
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

  /** After the welcome, or the replay of a resume, has been sent. */
  caughtUp(session: Session): void {
    for (const listener of this.#caughtUpListeners) listener(session);
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

  /** A socket that it still has is closed: nothing more is done in its name. */
  end(session: Session, closeCode: number = CLOSE_CODES.normal): void {
    if (!this.#sessions.delete(session.id)) return;
    const { attachment } = session;
    if (attachment.status === 'attached') attachment.link.close(closeCode);
    if (attachment.status === 'detached') attachment.cancelExpiry();
    session.attachment = { status: 'ended' };
    for (const listener of this.#endListeners) listener(session);
    this.broadcast({ type: 'member.left', data: { memberId: session.member.id } });
  }

  /** Changes what the others see of a member, and tells them; the session itself has its reply. */
  change(
    session: Session,
    changes: Partial<Pick<Member, 'nickname' | 'status' | 'muted' | 'deafened' | 'reconnecting'>>,
  ): Member {
    if (changes.nickname !== undefined) this.#refuseTakenNickname(changes.nickname, 'nickname', session);
    session.member = { ...session.member, ...changes };
    this.broadcast({ type: 'member.updated', data: { member: session.member } }, (other) => other !== session);
    return session.member;
  }

  /** Encoded once, however many it goes to. */
  broadcast(event: ControlEvent, to: (session: Session) => boolean = () => true): void {
    const encoded = encodeEvent(event);
    for (const session of this.all) if (to(session)) session.push(encoded);
  }

  #replace(earlier: Session): void {
    if (earlier.isAttached) earlier.tell({ type: 'session.replaced', data: {} });
    this.end(earlier, CLOSE_CODES.replaced);
    this.#logger.debug(`session ${earlier.id} replaced`);
  }

  #refuseTakenNickname(nickname: string, field: string, except: Session | undefined): void {
    const key = nicknameKey(nickname);
    for (const session of this.all) {
      if (session !== except && nicknameKey(session.member.nickname) === key) {
        throw new SwitchboardError('auth.nickname_taken', undefined, { field });
      }
    }
  }

  #refuseCrowd(network: string | undefined, except: Session | undefined): void {
    const others = [...this.all].filter((session) => session !== except);
    const fromThere = network === undefined ? 0 : others.filter((session) => session.network === network).length;
    if (others.length >= this.#config.maxSessions || fromThere >= this.#config.maxSessionsPerAddress) {
      throw new SwitchboardError('server.full');
    }
  }
}
