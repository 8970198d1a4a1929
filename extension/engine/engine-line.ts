import type { Clock } from '@switchboard/client';
import { SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  ENGINE_BROKE,
  readFromEngine,
  type Answer,
  type FromEngine,
  type Question,
  type ToEngine,
} from './engine-ipc.ts';

/** Where a virus scanner looks through a new library first, that takes its time. */
const START_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const PING_INTERVAL_MS = 2_000;
/** Counted in pings, not in time: the editor's process may be held up itself, and a laptop sleeps. */
const MAX_UNANSWERED_PINGS = 3;
/** Different lines that a native library writes, of one engine: some write the same for each device, and others without end. */
const MAX_NATIVE_LINES = 200;
const MAX_LINE_LENGTH = 500;

/** Signals by which a process is ended from outside, and not by what it did. */
const FROM_OUTSIDE: readonly string[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

const STOPPED = 'The voice engine has stopped. The log of the extension has the details.';

export interface EngineLineOptions {
  /** @throws Error where no process can be started */
  readonly fork: () => ChildProcess;
  readonly clock: Clock;
  /** SHA-256 of the one certificate to believe; the system's authorities without. */
  readonly fingerprint: string | undefined;
  readonly log: (line: string) => void;
}

/** What an engine tells that nobody asked for, between its start and its end. */
export interface EngineLineEvents {
  told(
    message: Extract<FromEngine, { type: 'event' | 'devices.changed' | 'microphone.lost' | `sandbox.${string}` }>,
  ): void;
  /** It has ended, or was ended because it answered no more. */
  ended(end: EngineEnd): void;
}

interface EngineEnd {
  readonly error: SwitchboardError;
  /** The microphone that was being opened, and likely did it; null for the system's default, undefined for none. */
  readonly microphone: string | null | undefined;
}

interface Waiting {
  readonly question: Question;
  settle(outcome: Answer | SwitchboardError): void;
}

/** One engine's process, from its start to its end, and the talk with it. */
export class EngineLine {
  /** Settled once it plays. Rejects with SwitchboardError `client.audio_failed`, and what else it could not start for. */
  readonly ready: Promise<void>;
  /** Settled once its process has ended. */
  readonly gone: Promise<void>;
  readonly #options: EngineLineOptions;
  readonly #events: EngineLineEvents;
  readonly #child: ChildProcess | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #state: 'starting' | 'ready' | 'closing' | 'ended' = 'starting';
  /** It said why it cannot start. */
  #failure: SwitchboardError | undefined;
  #stuck = false;
  #questions = 0;
  #unanswered = 0;
  readonly #nativeLines = new Set<string>();
  #started: (failure?: SwitchboardError) => void = () => undefined;
  #left: () => void = () => undefined;
  #cancelTimer: () => void;

  constructor(options: EngineLineOptions, events: EngineLineEvents) {
    this.#options = options;
    this.#events = events;
    this.gone = new Promise((resolve) => (this.#left = resolve));
    this.ready = new Promise((resolve, reject) => {
      this.#started = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    // Who does not wait for it hears of its end.
    this.ready.catch(() => undefined);
    this.#cancelTimer = options.clock.after(START_TIMEOUT_MS, () => this.#giveUp('did not start in time'));
    this.#child = this.#fork();
    if (this.#child === undefined) this.#ended('could not be started');
    else this.#follow(this.#child);
    this.tell({ type: 'start', fingerprint: options.fingerprint ?? null });
  }

  /** What an engine that has ended is told is lost, as it would be on the way. */
  tell(message: ToEngine): void {
    // What cannot be sent shows in its end.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  /** @throws SwitchboardError as the engine answers, or for want of an answer */
  async ask(question: Question): Promise<Answer> {
    if (this.#state !== 'ready') throw new SwitchboardError('client.closed');
    const outcome = await new Promise<Answer | SwitchboardError>((resolve) => {
      const id = this.#questions++;
      const cancel = this.#options.clock.after(ANSWER_TIMEOUT_MS, () => {
        if (question.type === 'microphone.open') this.tell({ type: 'microphone.close' });
        this.#settle(id, new SwitchboardError(refusalOf(question)));
      });
      this.#waiting.set(id, {
        question,
        settle: (settled) => {
          cancel();
          resolve(settled);
        },
      });
      this.tell({ type: 'ask', id, question });
    });
    if (outcome instanceof SwitchboardError) throw outcome;
    if (outcome.type === 'refused') throw new SwitchboardError(outcome.code, outcome.message);
    return outcome;
  }

  /** Ends it in order, or by force where that takes too long; one that is still starting has nothing to put in order. */
  close(): Promise<void> {
    if (this.#state === 'starting') {
      this.#state = 'closing';
      this.#cancelTimer();
      this.#started(new SwitchboardError('client.closed'));
      this.#child?.kill('SIGKILL');
    } else if (this.#state === 'ready') {
      this.#state = 'closing';
      this.#settleAll(() => new SwitchboardError('client.closed'));
      this.tell({ type: 'close' });
      this.#timer(CLOSE_TIMEOUT_MS, () => this.#child?.kill('SIGKILL'));
    }
    return this.gone;
  }

  #fork(): ChildProcess | undefined {
    try {
      return this.#options.fork();
    } catch (error) {
      this.#options.log(String(error));
      return undefined;
    }
  }

  #follow(child: ChildProcess): void {
    child.on('message', (message) => this.#received(readFromEngine(message)));
    // What else goes wrong on the way is followed by its end.
    child.on('error', (error) => {
      this.#options.log(String(error));
      if (child.pid === undefined) this.#ended('could not be started');
    });
    // Without its line it is of no use.
    child.on('disconnect', () => child.kill('SIGKILL'));
    child.on('exit', (code, signal) => {
      const end = () => this.#ended(`ended with ${signal ?? String(code)}`, { code, signal });
      // What it said last is still being read.
      if (child.connected) child.once('disconnect', end);
      else end();
    });
    if (child.stderr !== null)
      createInterface(child.stderr).on('line', (line) => this.#wrote(line.slice(0, MAX_LINE_LENGTH)));
  }

  #wrote(line: string): void {
    if (this.#nativeLines.has(line) || this.#nativeLines.size >= MAX_NATIVE_LINES) return;
    this.#nativeLines.add(line);
    this.#options.log(line);
  }

  #received(message: FromEngine | undefined): void {
    this.#unanswered = 0;
    if (message === undefined) {
      this.#options.log('A message of the engine was not understood.');
      return;
    }
    switch (message.type) {
      case 'ready':
        if (this.#state !== 'starting') return;
        this.#state = 'ready';
        this.#pingLater();
        this.#started();
        return;
      case 'failed':
        this.#failure = new SwitchboardError(message.code, message.message);
        return;
      case 'answer':
        this.#settle(message.id, message.answer);
        return;
      case 'log':
        this.#options.log(message.text);
        return;
      case 'pong':
        return;
      default:
        if (this.#state === 'ready') this.#events.told(message);
        return;
    }
  }

  #pingLater(): void {
    this.#timer(PING_INTERVAL_MS, () => {
      if (this.#unanswered >= MAX_UNANSWERED_PINGS) {
        this.#giveUp('answered no more');
        return;
      }
      this.#unanswered++;
      this.tell({ type: 'ping' });
      this.#pingLater();
    });
  }

  #giveUp(why: string): void {
    this.#options.log(`The engine ${why}.`);
    this.#stuck = true;
    this.#child?.kill('SIGKILL');
  }

  #ended(how: string, exit?: { readonly code: number | null; readonly signal: string | null }): void {
    if (this.#state === 'ended') return;
    this.#options.log(`The engine ${how}.`);
    const was = this.#state;
    this.#state = 'ended';
    this.#cancelTimer();
    const opening = [...this.#waiting.values()].flatMap(({ question }) =>
      question.type === 'microphone.open' ? [question.deviceId] : [],
    );
    const guilty = this.#stuck || !(exit?.code === ENGINE_BROKE || FROM_OUTSIDE.includes(exit?.signal ?? ''));
    const microphone = guilty ? opening[0] : undefined;
    const error = this.#failure ?? new SwitchboardError('client.audio_failed', STOPPED, { cause: how });
    this.#settleAll(({ type }) =>
      microphone !== undefined && type === 'microphone.open'
        ? new SwitchboardError('client.microphone_missing')
        : error,
    );
    this.#started(error);
    this.#left();
    if (was === 'ready') this.#events.ended({ error, microphone });
  }

  #settle(id: number, outcome: Answer | SwitchboardError): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(outcome);
  }

  #settleAll(outcome: (question: Question) => SwitchboardError): void {
    for (const [id, { question }] of this.#waiting) this.#settle(id, outcome(question));
  }

  #timer(delayMs: number, callback: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(delayMs, callback);
  }
}

function refusalOf({ type }: Question): ErrorCode {
  return type === 'microphone.open' ? 'client.microphone_failed' : 'client.audio_failed';
}
