import { fork, type ChildProcess } from 'node:child_process';
import { ask, ended } from '../child.ts';
import type { Entrance } from '../target.ts';
import type { LoadAnswer, LoadCommand } from './load-messages.ts';
import type { LoadPlan, LoadResult } from './load.ts';

const PROGRAM = new URL('load-process.ts', import.meta.url);

/** The members of one room, who talk when they are told to. They leave when it is disposed of. */
export class LoadGenerator implements AsyncDisposable {
  readonly #process: ChildProcess;

  /** Resolves once everyone is in. @throws Error with what was in the way. */
  static async enter(entrance: Entrance, members: number): Promise<LoadGenerator> {
    const generator = new LoadGenerator(fork(PROGRAM, { serialization: 'advanced' }));
    try {
      await generator.#ask({ type: 'enter', entrance, members });
      return generator;
    } catch (error) {
      await generator[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** @throws Error if anything was heard that was not said. */
  async measure(plan: LoadPlan): Promise<LoadResult> {
    const answer = await this.#ask({ type: 'measure', plan });
    if (answer.type !== 'measured') throw new Error('The load gave no result');
    return answer.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#process);
  }

  #ask(command: LoadCommand): Promise<LoadAnswer> {
    return ask<LoadAnswer>(this.#process, command);
  }
}
