import { createHash, timingSafeEqual } from 'node:crypto';
import type { ControlEvent, Member } from '@switchboard/protocol';
import { encodeEvent } from '@switchboard/protocol';
import type { Identity } from '../auth/identity.ts';
import { EventLog } from './event-log.ts';

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

/** Someone who is here: identity, socket, events, and what the others see of it. */
export class Session {
  readonly id: string;
  readonly identity: Identity;
  readonly events = new EventLog();
  attachment: Attachment;
  /** Of its latest socket. */
  network: string | undefined;
  member: Member;
  #secretHash: Uint8Array;

  constructor(options: { id: string; memberId: string; identity: Identity; secret: Uint8Array; link: ControlLink }) {
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
    };
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
