import {
  bytesToHex,
  MAX_MESSAGE_LENGTH,
  SwitchboardError,
  type ControlEvent,
  type Message,
  type MessageCode,
} from '@switchboard/protocol';
import type { Platform } from '../platform/platform.ts';
import { enqueue, failed, nextToSend, requeued, settled } from './chat-outbox.ts';
import {
  NO_CHAT,
  openedChat,
  replied,
  stillTyping,
  typed,
  withMessages,
  withNewestPage,
  withOlderPage,
  type ChatModel,
  type HistoryPage,
} from './chat-state.ts';
import type { Outcome } from './control-connection.ts';
import { problem, problemOf } from './problem.ts';
import type { Session } from './session.ts';

const NONCE_BYTES = 16;
const PAGE_MESSAGES = 50;
const TYPING_INTERVAL_MS = 3_000;
/** Twice the interval at which it is repeated: one lost in between does not flicker. */
const TYPING_EXPIRY_MS = 6_000;

interface Waiter {
  resolve(): void;
  reject(error: SwitchboardError): void;
}

/** The chat of the room one is in: what is said there, and one's own words on their way. */
export class RoomChat {
  readonly #session: Pick<Session, 'ask' | 'request'>;
  readonly #platform: Pick<Platform, 'clock' | 'randomBytes'>;
  readonly #changed: () => void;
  #model: ChatModel = NO_CHAT;
  /** In the room, by the server's account: what is sent now is taken. */
  #live = false;
  /** What was said while one was away is there. */
  #caughtUp = false;
  /** The last message from before one was away. */
  #knownUpTo: string | undefined;
  /** The nonce that is being answered. */
  #sending: string | null = null;
  #selfUserId: string | null = null;
  readonly #waiters = new Map<string, Waiter>();
  #typedAtMs = -Infinity;
  #replies = 0;
  #cancelExpiry: () => void = () => undefined;

  constructor(
    session: Pick<Session, 'ask' | 'request'>,
    platform: Pick<Platform, 'clock' | 'randomBytes'>,
    changed: () => void,
  ) {
    this.#session = session;
    this.#platform = platform;
    this.#changed = changed;
  }

  get model(): ChatModel {
    return this.#model;
  }

  /** In a room, or back in it by a new session: what was missed is loaded, what waited is sent. */
  enter(channelId: string, selfUserId: string): void {
    if (channelId !== this.#model.channelId) {
      this.#empty('channel.not_joined');
      this.#update(openedChat(channelId));
      this.#knownUpTo = undefined;
    } else if (this.#caughtUp) {
      this.#knownUpTo = this.#model.messages.at(-1)?.id;
    }
    this.#selfUserId = selfUserId;
    this.#live = true;
    this.#caughtUp = false;
    this.#catchUp();
    this.#send();
  }

  /** The connection is gone. What is shown stays; what is written waits. */
  suspend(): void {
    this.#live = false;
    this.#sending = null;
    this.#update({ ...stillTyping(this.#model, () => false), loading: false });
  }

  /** The session goes on, with all events in between. */
  resume(): void {
    if (this.#model.channelId === null) return;
    this.#live = true;
    if (!this.#caughtUp) this.#catchUp();
    this.#send();
  }

  leave(): void {
    this.#live = false;
    this.#sending = null;
    this.#empty('channel.not_joined');
    this.#update(NO_CHAT);
  }

  /** Nothing will be sent any more. */
  close(): void {
    this.#live = false;
    this.#sending = null;
    this.#empty('client.closed');
    this.#update(NO_CHAT);
  }

  /** `authorIds`: the members who are one user's. */
  hear(event: ControlEvent, authorIds: (userId: string) => ReadonlySet<string>): void {
    switch (event.type) {
      case 'message.created': {
        const { message } = event.data;
        const wrote = authorIds(message.author.userId);
        this.#receive(withMessages(this.#model, [message]));
        this.#update(stillTyping(this.#model, ({ memberId }) => !wrote.has(memberId)));
        return;
      }
      case 'message.edited':
      case 'message.deleted':
        // Of one that is not loaded, the page it is on will tell.
        if (this.#model.messages.some(({ id }) => id === event.data.message.id))
          this.#receive(withMessages(this.#model, [event.data.message]));
        return;
      case 'message.typing': {
        const { channelId, memberId } = event.data;
        const untilMs = this.#platform.clock.nowMs() + TYPING_EXPIRY_MS;
        this.#update(typed(this.#model, channelId, { memberId, untilMs }));
        this.#expireTyping();
        return;
      }
      default:
        return;
    }
  }

  /** Someone left the room. */
  forget(memberId: string): void {
    this.#update(stillTyping(this.#model, (typist) => typist.memberId !== memberId));
  }

  /**
   * Resolves when it is stored, however long the connection takes to come back.
   * @throws SwitchboardError `channel.not_joined`, `protocol.invalid`, `client.timeout`, `client.closed`, the server's refusal
   */
  send(text: string, code: MessageCode | null = null): Promise<void> {
    if (this.#model.channelId === null) return Promise.reject(new SwitchboardError('channel.not_joined'));
    const fault = textFault(text);
    if (fault !== undefined) return Promise.reject(fault);
    const nonce = bytesToHex(this.#platform.randomBytes(NONCE_BYTES));
    this.#typedAtMs = -Infinity;
    return this.#await(nonce, () => {
      this.#update({ ...this.#model, outbox: enqueue(this.#model.outbox, { nonce, text, code }) });
    });
  }

  /** Sends a failed one again; does nothing for others. */
  retry(nonce: string): Promise<void> {
    const outbox = requeued(this.#model.outbox, nonce);
    if (outbox === this.#model.outbox) return Promise.resolve();
    return this.#await(nonce, () => this.#update({ ...this.#model, outbox }));
  }

  async edit(messageId: string, text: string): Promise<void> {
    const fault = textFault(text);
    if (fault !== undefined) throw fault;
    this.#receive(withMessages(this.#model, [await this.#session.request('message.edit', { messageId, text })]));
  }

  async delete(messageId: string): Promise<void> {
    this.#receive(withMessages(this.#model, [await this.#session.request('message.delete', { messageId })]));
  }

  loadOlder(): Promise<void> {
    const { channelId, more, loading, messages } = this.#model;
    if (channelId === null || !more || loading) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (outcome: Outcome<HistoryPage>) => {
        if (outcome.ok) resolve();
        else reject(outcome.error);
      };
      const oldest = messages[0];
      if (this.#caughtUp && oldest !== undefined) this.#load(channelId, oldest.id, withOlderPage, done);
      else this.#catchUp(done);
    });
  }

  /** What a command given in this channel has answered; nothing if one is elsewhere by now. */
  reply(channelId: string, pluginName: string, text: string): void {
    if (channelId !== this.#model.channelId) return;
    this.#update(replied(this.#model, { id: `reply-${++this.#replies}`, pluginName, text }));
  }

  typing(): void {
    const { channelId } = this.#model;
    const nowMs = this.#platform.clock.nowMs();
    if (channelId === null || !this.#live || nowMs - this.#typedAtMs < TYPING_INTERVAL_MS) return;
    this.#typedAtMs = nowMs;
    // A courtesy: nobody misses one that gets lost.
    this.#session.ask('message.typing', { channelId }, () => undefined);
  }

  #await(nonce: string, act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(nonce, { resolve, reject });
      act();
      this.#send();
    });
  }

  #send(): void {
    const { channelId, outbox } = this.#model;
    const next = nextToSend(outbox);
    if (!this.#live || this.#sending !== null || channelId === null || next === undefined) return;
    const { nonce, text, code } = next;
    this.#sending = nonce;
    this.#session.ask('message.send', { channelId, nonce, text, ...(code === null ? {} : { code }) }, (outcome) => {
      this.#answered(nonce, outcome);
    });
  }

  #answered(nonce: string, outcome: Outcome<Message>): void {
    if (outcome.ok) {
      // Also when the room has been left meanwhile: it is stored.
      this.#settle(nonce);
      const outbox = settled(this.#model.outbox, nonce);
      this.#receive(withMessages({ ...this.#model, outbox }, [outcome.data]));
    } else if (outcome.error.code === 'client.disconnected') {
      // Whether it was stored is not known: it is sent again, with the same nonce.
      this.#live = false;
    } else {
      const reason = problemOf(outcome.error, 'server.internal');
      this.#waiters.get(nonce)?.reject(outcome.error);
      this.#waiters.delete(nonce);
      this.#update({ ...this.#model, outbox: failed(this.#model.outbox, nonce, reason) });
    }
    if (this.#sending !== nonce) return;
    this.#sending = null;
    this.#send();
  }

  /** Loads the newest page. If that fails, there is more to be loaded: by the user, or when the session goes on. */
  #catchUp(done: (outcome: Outcome<HistoryPage>) => void = () => undefined): void {
    const { channelId } = this.#model;
    if (channelId === null) return;
    const knownUpTo = this.#knownUpTo;
    const merge = (model: ChatModel, page: HistoryPage) => withNewestPage(model, page, knownUpTo);
    this.#load(channelId, undefined, merge, (outcome) => {
      if (this.#model.channelId === channelId) {
        this.#caughtUp = outcome.ok;
        if (!outcome.ok) this.#update({ ...this.#model, more: true });
      }
      done(outcome);
    });
  }

  #load(
    channelId: string,
    before: string | undefined,
    merge: (model: ChatModel, page: HistoryPage) => ChatModel,
    done: (outcome: Outcome<HistoryPage>) => void,
  ): void {
    this.#update({ ...this.#model, loading: true });
    const query = { channelId, limit: PAGE_MESSAGES, ...(before === undefined ? {} : { before }) };
    this.#session.ask('message.history', query, (outcome) => {
      if (this.#model.channelId === channelId) {
        const model = { ...this.#model, loading: false };
        if (outcome.ok) this.#receive(merge(model, outcome.data));
        else this.#update(model);
      }
      done(outcome);
    });
  }

  /** A message of one's own that comes another way than as a reply has arrived all the same. */
  #receive(model: ChatModel): void {
    const arrived = new Set(
      model.messages.filter(({ author }) => author.userId === this.#selfUserId).map(({ nonce }) => nonce),
    );
    const outbox = model.outbox.filter(({ nonce }) => !arrived.has(nonce));
    for (const { nonce } of model.outbox) if (arrived.has(nonce)) this.#settle(nonce);
    this.#update(outbox.length === model.outbox.length ? model : { ...model, outbox });
  }

  #settle(nonce: string): void {
    this.#waiters.get(nonce)?.resolve();
    this.#waiters.delete(nonce);
  }

  #expireTyping(): void {
    this.#cancelExpiry();
    const nowMs = this.#platform.clock.nowMs();
    this.#update(stillTyping(this.#model, ({ untilMs }) => untilMs > nowMs));
    const nextMs = Math.min(...this.#model.typing.map(({ untilMs }) => untilMs));
    if (nextMs === Infinity) return;
    this.#cancelExpiry = this.#platform.clock.after(nextMs - nowMs, () => this.#expireTyping());
  }

  #empty(code: 'channel.not_joined' | 'client.closed'): void {
    this.#cancelExpiry();
    for (const waiter of this.#waiters.values()) waiter.reject(new SwitchboardError(code, problem(code).message));
    this.#waiters.clear();
  }

  #update(model: ChatModel): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#changed();
  }
}

/** What makes the text no message; the server says the same, but later. */
export function textFault(text: string): SwitchboardError | undefined {
  const field = { field: 'text' };
  if (text.trim().length === 0) return new SwitchboardError('protocol.invalid', 'Write something first.', field);
  if (text.length <= MAX_MESSAGE_LENGTH) return undefined;
  return new SwitchboardError('protocol.invalid', `A message has at most ${MAX_MESSAGE_LENGTH} characters.`, field);
}
