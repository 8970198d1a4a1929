import {
  checkReply,
  CONTROL_PING_INTERVAL_MS,
  CONTROL_SILENCE_LIMIT_MS,
  decodeServerFrame,
  encodeRequest,
  SwitchboardError,
  type ControlEvent,
  type NumberedEvent,
  type Reply,
  type ReplyData,
  type RequestData,
  type RequestType,
  type UnknownEvent,
} from '@switchboard/protocol';
import type { Clock, ControlSocket, ControlSocketEvents } from '../platform/platform.ts';

/** A request that is not answered by then has failed. */
export const REPLY_TIMEOUT_MS = 10_000;

/** After that much silence a sign of life is asked for, in time to know at the limit. */
const SILENCE_BEFORE_PROBE_MS = CONTROL_SILENCE_LIMIT_MS - REPLY_TIMEOUT_MS;

export type Outcome<T> =
  { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: SwitchboardError };

/** Called once, in order with the events around the reply: what follows a reply builds upon it. */
export type Settle<T extends RequestType> = (outcome: Outcome<ReplyData<T>>) => void;

export interface ControlConnectionEvents {
  opened(): void;
  event(event: ControlEvent): void;
  /** An event is missing: what is known is not the whole picture. */
  incomplete(): void;
  /** Closed by the other side or the network, or silent for too long. Not called after `close`. */
  lost(code: number): void;
}

interface Pending {
  readonly type: RequestType;
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly cancelTimeout: () => void;
}

/** RFC 6455, section 7.4.1: what a socket that died without a close frame reports. */
const ABNORMAL_CLOSURE = 1006;

/**
 * One socket of the control lane: pairs replies with requests, numbers events, notices a dead peer.
 *
 * Replies are handed over synchronously, never through a promise: several frames may arrive in one task, and the events
 * behind a reply must not overtake it.
 */
export class ControlConnection {
  readonly #clock: Clock;
  readonly #events: ControlConnectionEvents;
  readonly #socket: ControlSocket;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #open = true;
  /** Number of the last event that was heard; null before there is a session. */
  #seq: number | null = null;
  #lastHeardMs: number;
  #cancelPing: () => void = () => undefined;
  #cancelSilence: () => void = () => undefined;

  constructor(clock: Clock, open: (events: ControlSocketEvents) => ControlSocket, events: ControlConnectionEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#lastHeardMs = clock.nowMs();
    this.#socket = open({
      opened: () => this.#opened(),
      message: (text) => this.#message(text),
      closed: (code) => this.#lost(code),
    });
  }

  /** Number of the last event that was heard. */
  get seq(): number | null {
    return this.#seq;
  }

  /** There is a session now, and this is the last of its events that is known. */
  expectAfter(seq: number): void {
    this.#seq = seq;
  }

  /** Sends a request; `settle` hears its reply, `client.timeout` or `client.disconnected`. */
  ask<T extends RequestType>(type: T, data: RequestData<T>, settle: Settle<T>): void {
    if (!this.#open) {
      settle({ ok: false, error: new SwitchboardError('client.disconnected') });
      return;
    }
    const id = this.#nextId++;
    const cancelTimeout = this.#clock.after(REPLY_TIMEOUT_MS, () =>
      this.#settle(id, { ok: false, error: new SwitchboardError('client.timeout') }),
    );
    // The reply is checked by the schema of `type` before it is handed on, so it is what `settle` takes.
    this.#pending.set(id, { type, settle: settle as Pending['settle'], cancelTimeout });
    this.#socket.send(encodeRequest(type, id, data));
  }

  /** Asks for a sign of life now; without one, the connection is lost. */
  probe(): void {
    this.ask('session.ping', {}, (outcome) => {
      if (!outcome.ok && outcome.error.code === 'client.timeout') this.#lost(ABNORMAL_CLOSURE);
    });
  }

  close(code: number): void {
    if (!this.#open) return;
    this.#end();
    this.#socket.close(code);
  }

  #opened(): void {
    if (!this.#open) return;
    this.#lastHeardMs = this.#clock.nowMs();
    this.#schedulePing();
    this.#watchSilence(SILENCE_BEFORE_PROBE_MS);
    this.#events.opened();
  }

  #message(text: string): void {
    if (!this.#open) return;
    this.#lastHeardMs = this.#clock.nowMs();
    const frame = decodeServerFrame(text);
    // What makes no sense is as if it had not come.
    if (frame === undefined) return;
    if (frame.kind === 'reply') this.#reply(frame);
    else this.#event(frame);
  }

  #reply(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    // Nobody waits any more: it came after its time-out.
    if (pending === undefined) return;
    if (reply.type !== pending.type) {
      this.#invalid(reply.id);
    } else if (!reply.ok) {
      const { code, message, field, retryAfterMs } = reply.error;
      const error = new SwitchboardError(code, message, {
        ...(field === undefined ? {} : { field }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
      this.#settle(reply.id, { ok: false, error });
    } else {
      const data = checkReply(pending.type, reply.data);
      if (data === undefined) this.#invalid(reply.id);
      else this.#settle(reply.id, { ok: true, data });
    }
  }

  #invalid(id: number): void {
    this.#settle(id, { ok: false, error: new SwitchboardError('client.invalid_server_message') });
  }

  #event(frame: NumberedEvent | UnknownEvent): void {
    if (this.#seq === null) return;
    // A replay may begin earlier than what is known.
    if (frame.seq <= this.#seq) return;
    if (frame.seq > this.#seq + 1) {
      this.#events.incomplete();
      return;
    }
    this.#seq = frame.seq;
    if (frame.kind === 'event') this.#events.event(frame.event);
  }

  #settle(id: number, outcome: Outcome<unknown>): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.cancelTimeout();
    pending.settle(outcome);
  }

  #schedulePing(): void {
    this.#cancelPing = this.#clock.after(CONTROL_PING_INTERVAL_MS, () => {
      // Whether it is answered is seen by the silence.
      this.ask('session.ping', {}, () => undefined);
      this.#schedulePing();
    });
  }

  /** Silence alone is no death: in a page in the background, or on a machine that slept, no ping was due either. */
  #watchSilence(delayMs: number): void {
    this.#cancelSilence = this.#clock.after(delayMs, () => {
      const leftMs = this.#lastHeardMs + SILENCE_BEFORE_PROBE_MS - this.#clock.nowMs();
      if (leftMs <= 0) this.probe();
      this.#watchSilence(leftMs <= 0 ? SILENCE_BEFORE_PROBE_MS : leftMs);
    });
  }

  #lost(code: number): void {
    if (!this.#open) return;
    this.#end();
    this.#events.lost(code);
  }

  #end(): void {
    this.#open = false;
    this.#cancelPing();
    this.#cancelSilence();
    for (const id of [...this.#pending.keys()])
      this.#settle(id, { ok: false, error: new SwitchboardError('client.disconnected') });
  }
}
