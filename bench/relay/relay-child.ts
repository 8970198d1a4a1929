import { fork, type ChildProcess } from 'node:child_process';
import type { RelayReport, RelaySession } from '../../server/relay/relay-messages.ts';
import { ask, ended, idOf, LogTail } from './child.ts';
import { receiveBufferBytes } from './receive-buffer.ts';
import type { RelayProcessAnswer, RelayProcessCommand } from './relay-messages.ts';
import { BITRATE_BPS, HOST, type Member } from './target.ts';

const PROGRAM = new URL('relay-process.ts', import.meta.url);

/** The server's relay in a process of its own. */
export class RelayChild implements AsyncDisposable {
  readonly log: LogTail;
  readonly #process: ChildProcess;
  #port = 0;

  /** @param threads undefined for as many as the server takes by itself. @throws Error with what it said if it does not start. */
  static async start(socket: 'batched' | 'portable', threads?: number): Promise<RelayChild> {
    const child = new RelayChild(fork(PROGRAM, { serialization: 'advanced', silent: true }));
    try {
      await child.#start(socket, threads);
      return child;
    } catch (cause) {
      await child[Symbol.asyncDispose]();
      throw new Error(`The relay did not start:\n${child.log.text}`, { cause });
    }
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.log = new LogTail(child);
  }

  get pid(): number {
    return idOf(this.#process);
  }

  get port(): number {
    return this.#port;
  }

  /** Opens a session for each: it may say and hear everything in its room. */
  async open(members: readonly Member[], roomId: string): Promise<void> {
    const sessions = members.map(({ token, hopKey }): RelaySession => ({
      token,
      hopKey,
      roomId,
      bitrateBps: BITRATE_BPS,
      forwardLimit: 0,
      speaks: true,
      hears: true,
    }));
    await this.#ask({ type: 'open', sessions });
  }

  async close(tokens: readonly number[]): Promise<void> {
    await this.#ask({ type: 'close', tokens });
  }

  async report(): Promise<RelayReport> {
    const answer = await this.#ask({ type: 'report' });
    if (answer.type !== 'report') throw new Error('The relay gave no report');
    return answer.report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#process);
  }

  async #start(socket: 'batched' | 'portable', threads: number | undefined): Promise<void> {
    const options = { host: HOST, port: 0, tls: undefined, socket, threads };
    const answer = await this.#ask({ type: 'start', options, receiveBufferBytes: receiveBufferBytes() });
    if (answer.type !== 'started') throw new Error('The relay names no port');
    this.#port = answer.port;
  }

  #ask(command: RelayProcessCommand): Promise<RelayProcessAnswer> {
    return ask<RelayProcessAnswer>(this.#process, command);
  }
}
