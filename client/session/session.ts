import {
  PROTOCOL_VERSION,
  SwitchboardError,
  type ControlEvent,
  type Credentials,
  type ReplyData,
  type RequestData,
  type RequestType,
  type Welcome,
} from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import type { Platform } from '../platform/platform.ts';
import { ControlConnection, REPLY_TIMEOUT_MS, type Outcome, type Settle } from './control-connection.ts';
import { discoverControl } from './discovery.ts';
import { endingOf, endingOfClose } from './endings.ts';
import { withGuestKey } from './guest-key.ts';
import { errorOf, problem, problemOf } from './problem.ts';
import { credentialsOf, renamed, type SignIn } from './sign-in.ts';
import {
  transition,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type Ticket,
} from './session-machine.ts';

/** Who is speaking to the server: shown to its operator. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

export interface SessionEvents {
  /** The whole picture: a new session. */
  welcomed(welcome: Welcome): void;
  /** The old session goes on; what was missed follows. */
  resumed(): void;
  event(event: ControlEvent): void;
  /** No request gets through until `welcomed` or `resumed`. */
  lost(): void;
  /** Someone, or the network that is back, wants everything tried now. */
  hurried(): void;
  /** `state` is another one; after all that came with it. */
  changed(): void;
}

interface Waiter {
  resolve(): void;
  reject(error: SwitchboardError): void;
}

/** Performs what `session-machine.ts` decides. */
export class Session {
  readonly #platform: Platform;
  readonly #server: URL;
  readonly #client: ClientInfo;
  readonly #events: SessionEvents;
  #state: SessionState = { status: 'idle' };
  #signIn: SignIn | null = null;
  #connection: ControlConnection | null = null;
  #cancelRetry: () => void = () => undefined;
  #cancelLimit: () => void = () => undefined;
  #stopListening: () => void = () => undefined;
  /** Counts what is under way, so that an answer to something given up is told from a current one. */
  #attempt = 0;
  /** Outlives the connection: where a resume begins. */
  #seq = 0;
  #waiter: Waiter | null = null;

  constructor(platform: Platform, server: URL, client: ClientInfo, events: SessionEvents) {
    this.#platform = platform;
    this.#server = server;
    this.#client = client;
    this.#events = events;
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * Connects, and stays connected until `close`.
   * @throws SwitchboardError the reason if the first attempt fails, `protocol.hello_repeated` if already connected
   */
  connect(signIn: SignIn): Promise<void> {
    if (this.#state.status !== 'idle' && this.#state.status !== 'closed')
      return Promise.reject(new SwitchboardError('protocol.hello_repeated'));
    this.#signIn = withGuestKey(this.#platform, this.#server, signIn);
    this.#stopListening = this.#platform.onOnline(() => this.hurry());
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#dispatch({ type: 'connect' });
    });
  }

  close(): void {
    this.#dispatch({ type: 'close' });
  }

  /** Tries again now, or makes sure that the connection is alive. */
  hurry(): void {
    this.#dispatch({ type: 'hurry' });
    this.#events.hurried();
  }

  /** Who chose a name comes back by the one it has now. */
  rename(nickname: string): void {
    if (this.#signIn !== null) this.#signIn = renamed(this.#signIn, nickname);
  }

  /** Asks the server; `settle` is called in order with the events around the reply, perhaps at once. */
  ask<T extends RequestType>(type: T, data: RequestData<T>, settle: Settle<T>): void {
    if (this.#state.status === 'ready' && this.#connection !== null) this.#connection.ask(type, data, settle);
    else settle({ ok: false, error: this.#absence() });
  }

  /** The same for who does not mind the order. */
  request<T extends RequestType>(type: T, data: RequestData<T>): Promise<ReplyData<T>> {
    return new Promise((resolve, reject) => {
      this.ask(type, data, (outcome) => {
        if (outcome.ok) resolve(outcome.data);
        else reject(outcome.error);
      });
    });
  }

  #absence(): SwitchboardError {
    const over = this.#state.status === 'closed' || this.#state.status === 'idle';
    return new SwitchboardError(over ? 'client.closed' : 'client.disconnected');
  }

  /** `follow` does what belongs to the event once the new state holds, before anyone is told of it. */
  #dispatch(event: SessionEvent, follow?: () => void): void {
    const before = this.#state;
    const { clock } = this.#platform;
    const { state, effects } = transition(before, event, { nowMs: clock.nowMs(), chance: this.#platform.random() });
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (before.status === 'ready' && state.status !== 'ready') this.#events.lost();
    if (before.status !== 'closed' && state.status === 'closed') this.#stopListening();
    follow?.();
    if (state !== before) this.#events.changed();
    this.#answer();
  }

  /** Tells whoever called `connect` how it went. */
  #answer(): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    if (this.#state.status === 'ready') {
      this.#waiter = null;
      waiter.resolve();
    } else if (this.#state.status === 'closed') {
      this.#waiter = null;
      waiter.reject(errorOf(this.#state.problem ?? problem('client.closed')));
    }
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'discover':
        void this.#discover(++this.#attempt);
        return;
      case 'open':
        this.#attempt++;
        this.#open(effect.address);
        return;
      case 'hello':
        this.#hello();
        return;
      case 'resume':
        this.#resume(effect.ticket);
        return;
      case 'drop':
        this.#drop(effect.code);
        return;
      case 'schedule':
        this.#cancelRetry = this.#platform.clock.after(effect.delayMs, () => this.#dispatch({ type: 'due' }));
        return;
      case 'cancel':
        this.#cancelRetry();
        return;
      case 'probe':
        this.#connection?.probe();
        return;
    }
  }

  async #discover(attempt: number): Promise<void> {
    this.#limit();
    let event: SessionEvent;
    try {
      event = { type: 'discovered', address: await discoverControl(this.#platform, this.#server) };
    } catch (error) {
      event = { type: 'lost', problem: problemOf(error, 'client.unreachable') };
    }
    if (attempt === this.#attempt) this.#dispatch(event);
  }

  #open(address: URL): void {
    this.#limit();
    try {
      this.#connection = new ControlConnection(
        this.#platform.clock,
        (events) => this.#platform.openControlSocket(address, events),
        {
          opened: () => {
            this.#cancelLimit();
            this.#dispatch({ type: 'opened' });
          },
          event: (event) => this.#event(event),
          incomplete: () => this.#dispatch({ type: 'incomplete' }),
          lost: (code) => this.#connectionLost(code),
        },
      );
    } catch (error) {
      // A browser throws where it does not allow the address.
      this.#dispatch({ type: 'lost', problem: problemOf(error, 'client.unreachable') });
    }
  }

  /** Finding the server and opening the socket each have this long. */
  #limit(): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#platform.clock.after(REPLY_TIMEOUT_MS, () =>
      this.#dispatch({ type: 'lost', problem: problem('client.unreachable') }),
    );
  }

  #connectionLost(code: number): void {
    const ending = endingOfClose(code);
    if (ending !== undefined) this.#dispatch({ type: 'ended', problem: ending });
    const opening = this.#state.status === 'connecting';
    this.#dispatch({ type: 'lost', problem: problem(opening ? 'client.unreachable' : 'client.disconnected') });
  }

  #drop(code: number): void {
    this.#attempt++;
    this.#cancelLimit();
    const connection = this.#connection;
    this.#connection = null;
    this.#seq = connection?.seq ?? this.#seq;
    connection?.close(code);
  }

  #hello(): void {
    const connection = this.#connection;
    if (connection === null || this.#signIn === null) return;
    const credentials = credentialsOf(this.#signIn);
    if (credentials instanceof Promise) void this.#helloLater(connection, credentials);
    else this.#sayHello(connection, credentials);
  }

  /** A token is on its way, and has as long as an answer of the server. */
  async #helloLater(connection: ControlConnection, pending: Promise<Credentials>): Promise<void> {
    this.#limit();
    let act: () => void;
    try {
      const credentials = await pending;
      act = () => this.#sayHello(connection, credentials);
    } catch (error) {
      // Whoever issues tokens is not there now: as with the server itself.
      const reason = problemOf(error, 'client.unreachable');
      const type = reason.code === 'client.unreachable' || reason.code === 'client.timeout' ? 'lost' : 'refused';
      act = () => this.#dispatch({ type, problem: reason });
    }
    if (connection !== this.#connection) return;
    this.#cancelLimit();
    act();
  }

  #sayHello(connection: ControlConnection, credentials: Credentials): void {
    connection.ask('session.hello', { protocol: PROTOCOL_VERSION, client: this.#client, credentials }, (outcome) => {
      if (!outcome.ok) {
        this.#refused(outcome);
        return;
      }
      const { session, seq } = outcome.data;
      connection.expectAfter(seq);
      const ticket: Ticket = { sessionId: session.id, secret: session.secret };
      this.#dispatch({ type: 'welcomed', ticket }, () => this.#events.welcomed(outcome.data));
    });
  }

  #resume({ sessionId, secret }: Ticket): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.ask('session.resume', { sessionId, secret, seq: this.#seq }, (outcome) => {
      if (!outcome.ok) {
        this.#refused(outcome);
        return;
      }
      connection.expectAfter(this.#seq);
      this.#dispatch({ type: 'resumed', secret: outcome.data.secret }, () => this.#events.resumed());
    });
  }

  /** A time-out is no answer; everything else is the server's. */
  #refused({ error }: Extract<Outcome<unknown>, { ok: false }>): void {
    const reason: Problem = problemOf(error, 'server.internal');
    if (error.code === 'client.timeout') this.#dispatch({ type: 'lost', problem: reason });
    // The connection tells of its own loss.
    else if (error.code !== 'client.disconnected') this.#dispatch({ type: 'refused', problem: reason });
  }

  #event(event: ControlEvent): void {
    const ending = endingOf(event);
    if (ending !== undefined) this.#dispatch({ type: 'ended', problem: ending });
    else if (event.type === 'server.draining')
      this.#dispatch({ type: 'draining', retryAfterMs: event.data.retryAfterMs });
    this.#events.event(event);
  }
}
