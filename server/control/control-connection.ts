import { Logger } from '@nestjs/common';
import {
  CLOSE_CODES,
  CONTROL_PING_INTERVAL_MS,
  CONTROL_SILENCE_LIMIT_MS,
  decodeRequest,
  encodeErrorReply,
  encodeReply,
  isRefusal,
  MAX_BAD_MESSAGES_PER_MINUTE,
  MAX_BUFFERED_BYTES,
  MAX_CONTROL_MESSAGE_BYTES,
  PROTOCOL_VERSION,
  SwitchboardError,
  type Request,
  type RequestRefusal,
  type RequestType,
} from '@switchboard/protocol';
import type { RawData, WebSocket } from 'ws';
import type { AuthService } from '../auth/auth.service.ts';
import type { Clock } from '../common/clock.ts';
import type { ControlLink, Session } from '../presence/session.ts';
import type { SessionsService } from '../presence/sessions.service.ts';
import type { ControlCounts } from './control-counts.ts';
import type { NetworkLimits } from '../common/network-limits.ts';
import { Outbox, type Stream } from './outbox.ts';
import { RateLimit } from '../common/rate-limit.ts';
import type { RequestRouter } from './request-router.ts';

/** Who connects says hello within this time. */
const HELLO_LIMIT_MS = 10_000;
/** Requests that wait for their turn; a client that sends more without reading replies is refused. */
const MAX_WAITING_REQUESTS = 100;
const REQUESTS_PER_MINUTE = 1_200;
const REQUEST_BURST = 100;
/** Requests whose doing everyone is told of, or may be: each costs as many events as people are here. */
const TOLD_TO_ALL: ReadonlySet<string> = new Set<RequestType>([
  'self.update',
  'channel.join',
  'channel.leave',
  'channel.createTemporary',
  'member.mute',
  'member.deafen',
  'member.move',
  'member.kick',
  'member.ban',
  'whisper.set',
  'whisper.clear',
]);
const TOLD_TO_ALL_PER_MINUTE = 120;
const TOLD_TO_ALL_BURST = 20;
/** So long nothing is read from who asks too much: refusing as fast as it sends would cost everyone else. */
const PAUSE_MS = 1_000;
/** Message too big (RFC 6455, section 7.4.1). */
const CLOSE_TOO_LARGE = 1009;

export interface ControlServices {
  readonly auth: AuthService;
  readonly sessions: SessionsService;
  readonly router: RequestRouter;
  readonly clock: Clock;
  readonly hellos: NetworkLimits;
  readonly counts: ControlCounts;
}

/**
 * One WebSocket of the control lane: checks what comes, does it in the order sent, answers each exactly once, and hands
 * events on. What it refuses without doing it is answered at once. It has no session before `session.hello` or `session.resume`.
 */
export class ControlConnection implements ControlLink {
  readonly network: string | undefined;
  readonly #socket: WebSocket;
  readonly #services: ControlServices;
  readonly #onBegun: () => void;
  readonly #outbox: Outbox;
  readonly #logger = new Logger(ControlConnection.name);
  readonly #badMessages: RateLimit;
  readonly #requests: RateLimit;
  readonly #toldToAll: RateLimit;
  #session: Session | undefined;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #heardAtMs: number;
  #cancelTimer: () => void;

  /**
   * @param onBegun is told once a session lives on it.
   * @param stream that the socket writes to.
   */
  constructor(
    socket: WebSocket,
    network: string | undefined,
    services: ControlServices,
    onBegun: () => void,
    stream?: Stream,
  ) {
    this.#socket = socket;
    this.network = network;
    this.#services = services;
    this.#onBegun = onBegun;
    const onSlow = (): void => {
      this.#giveUp();
    };
    this.#outbox = new Outbox(socket, onSlow, stream);
    const nowMs = services.clock.nowMs();
    this.#heardAtMs = nowMs;
    this.#badMessages = new RateLimit(MAX_BAD_MESSAGES_PER_MINUTE, MAX_BAD_MESSAGES_PER_MINUTE, nowMs);
    this.#requests = new RateLimit(REQUESTS_PER_MINUTE, REQUEST_BURST, nowMs);
    this.#toldToAll = new RateLimit(TOLD_TO_ALL_PER_MINUTE, TOLD_TO_ALL_BURST, nowMs);
    this.#cancelTimer = services.clock.after(HELLO_LIMIT_MS, () => {
      this.#refuse('unknown', 0, new SwitchboardError('protocol.hello_required'));
      this.close(CLOSE_CODES.policyViolation);
    });
    socket.on('message', (data, isBinary) => {
      this.#take(data, isBinary);
    });
    socket.on('pong', () => {
      this.#heard();
    });
    socket.on('ping', (data) => {
      this.#heard();
      // Answered by hand, so that who sends pings and reads nothing fills no memory, and pings count as requests do.
      if (!this.#requests.take(services.clock.nowMs())) this.#pause();
      else if (socket.bufferedAmount < MAX_BUFFERED_BYTES) socket.pong(data);
    });
    socket.on('close', (code) => {
      this.#closed(code);
    });
    // What is too large or malformed for a WebSocket closes it; `close` follows.
    socket.on('error', (error) => {
      this.#logger.debug(`socket: ${error.message}`);
    });
  }

  /** Resolves once no request of this connection is being done any more. */
  get settled(): Promise<void> {
    return this.#queue;
  }

  send(text: string): void {
    this.#services.counts.messagesSent++;
    this.#outbox.send(text);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** A slow reader may resume. That it has read as far as the close is not waited for: the others see at once that it is away. */
  #giveUp(): void {
    this.#services.counts.slowReaders++;
    this.close(CLOSE_CODES.tryAgainLater);
    this.#closed(CLOSE_CODES.tryAgainLater);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #take(data: RawData, isBinary: boolean): void {
    // A socket that is being closed still delivers what had arrived.
    if (!this.#isOpen) return;
    this.#heard();
    const request = isBinary ? MALFORMED : decode(bytesOf(data));
    if (isRefusal(request)) {
      this.#refuse(request.type, request.id, new SwitchboardError(request.refused, undefined, request));
      this.#countBad();
      if (request.refused === 'protocol.too_large') this.close(CLOSE_TOO_LARGE);
    } else if (this.#waiting >= MAX_WAITING_REQUESTS || !this.#requests.take(this.#services.clock.nowMs())) {
      this.#refuse(request.type, request.id, new SwitchboardError('server.rate_limited'));
      this.#pause();
    } else if (TOLD_TO_ALL.has(request.type) && !this.#toldToAll.take(this.#services.clock.nowMs())) {
      this.#refuse(request.type, request.id, new SwitchboardError('server.rate_limited'));
    } else {
      this.#waiting++;
      this.#queue = this.#queue.then(async () => {
        await this.#answer(request);
        this.#waiting--;
      });
    }
  }

  /** What it goes on sending waits on its own side. */
  #pause(): void {
    if (this.#socket.isPaused) return;
    this.#socket.pause();
    this.#services.clock.after(PAUSE_MS, () => {
      this.#socket.resume();
    });
  }

  async #answer(request: Request): Promise<void> {
    // The session has ended or lives on another socket by now: what waited here is not done in its name any more.
    if (!this.#isOpen) return;
    try {
      if (request.type === 'session.hello') await this.#hello(request.id, request.data);
      else if (request.type === 'session.resume') this.#resume(request.id, request.data);
      else if (this.#session === undefined) throw new SwitchboardError('protocol.hello_required');
      else if (!this.#session.isAttachedTo(this)) throw new SwitchboardError('session.expired');
      else this.#reply(request, await this.#services.router.answer(this.#session, request));
      this.#services.counts.request(request.type, 'ok');
    } catch (error) {
      this.#refuse(request.type, request.id, this.#explain(request, error));
      if (SwitchboardError.is(error, 'protocol.hello_required')) this.#countBad();
      if (SwitchboardError.is(error, 'access.banned')) this.close(CLOSE_CODES.banned);
    }
  }

  async #hello(id: number, data: Extract<Request, { type: 'session.hello' }>['data']): Promise<void> {
    if (this.#session !== undefined) throw new SwitchboardError('protocol.hello_repeated');
    if (data.protocol !== PROTOCOL_VERSION) throw new SwitchboardError('protocol.version_unsupported');
    const { auth, clock, hellos } = this.#services;
    if (this.network !== undefined && !hellos.take(this.network, clock.nowMs())) {
      throw new SwitchboardError('server.rate_limited');
    }
    const identity = await auth.identify(data.credentials, this.network);
    if (!this.#isOpen) return;
    const { session, welcome } = this.#services.sessions.enter(identity, this);
    this.#begin(session);
    this.send(encodeReply('session.hello', id, welcome));
    this.#services.sessions.caughtUp(session, true);
  }

  #resume(id: number, { sessionId, secret, seq }: Extract<Request, { type: 'session.resume' }>['data']): void {
    if (this.#session !== undefined) throw new SwitchboardError('protocol.hello_repeated');
    const resumed = this.#services.sessions.resume(sessionId, secret, seq, this);
    this.#begin(resumed.session);
    this.send(encodeReply('session.resume', id, { secret: resumed.secret }));
    this.#outbox.replay(resumed.missed);
    this.#services.sessions.caughtUp(resumed.session);
  }

  #begin(session: Session): void {
    this.#session = session;
    this.#onBegun();
    this.#cancelTimer();
    this.#keepAlive();
  }

  #keepAlive(): void {
    const { clock } = this.#services;
    const silenceEndsInMs = this.#heardAtMs + CONTROL_SILENCE_LIMIT_MS - clock.nowMs();
    this.#cancelTimer = clock.after(Math.min(CONTROL_PING_INTERVAL_MS, silenceEndsInMs), () => {
      if (clock.nowMs() - this.#heardAtMs >= CONTROL_SILENCE_LIMIT_MS) {
        this.#socket.terminate();
        return;
      }
      this.#socket.ping();
      this.#keepAlive();
    });
  }

  /** `OnRequest` has held the method to the reply of its request type. */
  #reply({ type, id }: Request, data: unknown): void {
    this.send(encodeReply(type, id, data as never));
  }

  #refuse(type: string, id: number, { code, message, field, retryAfterMs }: SwitchboardError): void {
    this.#services.counts.request(type, code === 'server.internal' ? 'failed' : 'refused');
    const details = {
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }),
    };
    this.send(encodeErrorReply(type, id, { code, message, ...details }));
  }

  #explain(request: Request, error: unknown): SwitchboardError {
    if (SwitchboardError.is(error)) return error;
    this.#logger.error(`${request.type} failed`, error instanceof Error ? error.stack : String(error));
    return new SwitchboardError('server.internal');
  }

  #countBad(): void {
    if (this.#badMessages.take(this.#services.clock.nowMs())) return;
    this.#refuse('unknown', 0, new SwitchboardError('protocol.too_many_bad_messages'));
    this.close(CLOSE_CODES.policyViolation);
  }

  #heard(): void {
    this.#heardAtMs = this.#services.clock.nowMs();
  }

  #closed(code: number): void {
    this.#cancelTimer();
    if (this.#session === undefined) return;
    const onPurpose = code === CLOSE_CODES.normal || code === CLOSE_CODES.goingAway;
    this.#services.sessions.detach(this.#session, this, onPurpose);
  }
}

const MALFORMED: RequestRefusal = { refused: 'protocol.malformed', type: 'unknown', id: 0 };

function decode(bytes: Buffer): Request | RequestRefusal {
  if (bytes.length > MAX_CONTROL_MESSAGE_BYTES) return { refused: 'protocol.too_large', type: 'unknown', id: 0 };
  return decodeRequest(bytes.toString());
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
