import { createHash, timingSafeEqual } from 'node:crypto';
import type { ControlEvent, Member } from '@switchboard/protocol';
import { encodeEvent } from '@switchboard/protocol';
import type { Identity } from '../auth/identity.ts';
import { EventLog } from './event-log.ts';
import { NOTHING_SEEN, type View } from './view.ts';

/** The socket of a session, as far as a session is concerned. */
export interface ControlLink {
  /** Where it comes from, as limits per address count it; undefined where none applies. */
  readonly network: string | undefined;
  send(text: string): void;
  close(code: number): void;
}

/** A session outlives its socket for a while. */
export type Attachment =
  | { readonly status: 'attached'; readonly link: ControlLink }
  | { readonly status: 'detached'; readonly cancelExpiry: () => void }
  | { readonly status: 'ended' };

/** What the others see of a member from the first moment on. */
type Standing = Pick<Member, 'role' | 'serverMuted' | 'serverDeafened'>;

/** Someone who is here: identity, socket, events, what the others see of it, and what it sees. */
export class Session {
  readonly id: string;
  readonly identity: Identity;
  readonly events = new EventLog();
  attachment: Attachment;
  /** Voice that got lost on its way, as its client said last; undefined while it has said nothing. */
  reportedLossPct: number | undefined;
  /** Of its latest socket. */
  network: string | undefined;
  member: Member;
  /** The channels that it has been told of. Whatever it is told goes by this: what it does not see is in no event. */
  view: View = NOTHING_SEEN;
  /** What it was told last of what it may do, as JSON. */
  toldPermissions = '';
  /** A moderator put it into the room where it is, though it may not go there by itself: it may stay. */
  isPlaced = false;
  #secretHash: Uint8Array;

  constructor(options: {
    id: string;
    memberId: string;
    identity: Identity;
    standing: Standing;
    secret: Uint8Array;
    link: ControlLink;
  }) {
    this.id = options.id;
    this.identity = options.identity;
    this.#secretHash = hashOf(options.secret);
    this.attachment = { status: 'attached', link: options.link };
    this.network = options.link.network;
    this.member = {
      id: options.memberId,
      userId: options.identity.userId,
      nickname: options.identity.nickname,
      status: '',
      channelId: null,
      muted: false,
      deafened: false,
      reconnecting: false,
      guest: options.identity.guest,
      ...options.standing,
    };
  }

  sees(channelId: string): boolean {
    return this.view.has(channelId);
  }

  /** Where another member is, as far as this session can tell: who is in a channel that it does not see is in none. */
  placeOf({ channelId }: Pick<Member, 'channelId'>): string | null {
    return channelId !== null && this.sees(channelId) ? channelId : null;
  }

  /** Whether anyone reads what it is told now. */
  get isAttached(): boolean {
    return this.attachment.status === 'attached';
  }

  /** Whether it lives on this socket. */
  isAttachedTo(link: ControlLink): boolean {
    return this.attachment.status === 'attached' && this.attachment.link === link;
  }

  /** Compared in constant time. */
  hasSecret(secret: Uint8Array): boolean {
    return timingSafeEqual(hashOf(secret), this.#secretHash);
  }

  replaceSecret(secret: Uint8Array): void {
    this.#secretHash = hashOf(secret);
  }

  /** Numbers and keeps an event, and sends it if there is a socket; else it waits for the replay. */
  push(encoded: string): void {
    const numbered = this.events.append(encoded);
    if (this.attachment.status === 'attached') this.attachment.link.send(numbered);
  }

  tell(event: ControlEvent): void {
    this.push(encodeEvent(event));
  }
}

function hashOf(secret: Uint8Array): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
