import { inspect } from 'node:util';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';

export const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
/** What is logged at least: `error` with what ends the server, and so on down to `debug`. */
export type ServerLogLevel = (typeof LOG_LEVELS)[number];
/** For people, or one JSON object a line. */
export type LogFormat = 'text' | 'json';

/** A line of the log, as it is kept and as JSON has it. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: ServerLogLevel;
  /** The part of the server that says it; empty where it does not say. */
  readonly context: string;
  readonly message: string;
  readonly stack?: string;
}

const ALL: readonly LogLevel[] = ['fatal', ...LOG_LEVELS];

/** So many lines are kept for the dashboard. */
const KEPT_LINES = 500;
/** Of a message or a stack, so that what is kept has an end. */
const MAX_CHARACTERS = 4_000;

/** How Nest puts the application together: of interest when debugging only. */
const ASSEMBLY = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/**
 * Nest's own logger without the noise of its start, with the last lines kept. Nothing it is given holds a secret, a message's text
 * or audio.
 */
export class ServerLogger extends ConsoleLogger {
  readonly #format: LogFormat;
  readonly #kept: LogLine[] = [];

  constructor(level: ServerLogLevel, format: LogFormat = 'text') {
    super({ prefix: 'Switchboard', logLevels: levelsFrom(level) });
    this.#format = format;
  }

  /** The last lines, oldest first. */
  get lines(): readonly LogLine[] {
    return this.#kept;
  }

  /** From now on. */
  setLevel(level: ServerLogLevel): void {
    this.setLogLevels(levelsFrom(level));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // What stops the start is thrown as well, and `main` says it once.
    if (rest.at(-1) !== 'ExceptionHandler') super.error(message, ...rest);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ASSEMBLY.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  /** What every level comes to, once it is known to be wanted. */
  protected override printMessages(
    messages: unknown[],
    context = '',
    logLevel: LogLevel = 'log',
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    for (const message of messages) {
      const line = this.#lineOf(message, context, logLevel, stack);
      this.#kept.push(line);
      if (this.#kept.length > KEPT_LINES) this.#kept.shift();
      if (this.#format === 'json') process[stream ?? 'stdout'].write(`${JSON.stringify(line)}\n`);
    }
    if (this.#format === 'text') super.printMessages(messages, context, logLevel, stream, stack, params);
  }

  protected override printStackTrace(stack: string): void {
    // JSON has it in the line already.
    if (this.#format === 'text') super.printStackTrace(stack);
  }

  #lineOf(message: unknown, context: string, level: LogLevel, stack: unknown): LogLine {
    return {
      time: Date.now(),
      level: level === 'fatal' ? 'error' : level === 'verbose' ? 'debug' : level,
      context,
      message: cut(typeof message === 'string' ? message : inspect(message)),
      ...(typeof stack === 'string' ? { stack: cut(stack) } : {}),
    };
  }
}

function levelsFrom(level: ServerLogLevel): LogLevel[] {
  return ALL.slice(0, ALL.indexOf(level) + 1);
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`;
}
