import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { RelayThreadMail } from './thread-messages.ts';

/** Messages of one port that are taken before packets are looked at again. */
const MAIL_BATCH = 128;

/** Who does what the mail says: `VoiceNode`. */
export interface MailHandler {
  handle(mail: Exclude<RelayThreadMail, { type: 'stop' }>): void;
}

/** The mail of a relay thread without an event loop: it is taken when the thread's loop asks, and some at a time. */
export class Mailbox {
  readonly #handler: MailHandler;
  /** The application's is the first. */
  readonly #ports: MessagePort[];
  #hasMore = false;
  #stopped = false;

  /** Ports that `connect` brings are read too. */
  constructor(application: MessagePort, handler: MailHandler) {
    this.#ports = [application];
    this.#handler = handler;
  }

  /** Whether `take` may have left something. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Whether the thread is to stop; nothing is taken any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Some of what has come to each port: packets wait meanwhile. */
  take(): void {
    this.#hasMore = false;
    for (const port of this.#ports) this.#takeFrom(port);
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }

  #takeFrom(port: MessagePort): void {
    for (let taken = 0; taken < MAIL_BATCH; taken++) {
      if (this.#stopped) return;
      const next = receiveMessageOnPort(port);
      if (next === undefined) return;
      const mail = next.message as RelayThreadMail;
      if (mail.type === 'stop') {
        this.#stopped = true;
        return;
      }
      this.#handler.handle(mail);
      if (mail.type === 'connect') this.#ports.push(mail.bridge.port, ...mail.others.map((other) => other.port));
    }
    this.#hasMore = true;
  }
}
