import {
  SwitchboardError,
  type ClientState,
  type Problem,
  type SignIn,
  type VoiceClientApi,
} from '@switchboard/client';
import type { Bookmark } from '../servers/bookmark.ts';
import type { Calls, CallState } from './calls.ts';

/** What it takes to talk with one server, and what is left to do afterwards. */
export interface Line {
  readonly client: VoiceClientApi;
  readonly signIn: SignIn;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  /** The client is closed by then. */
  close(): Promise<void>;
}

const NONE: CallState = { status: 'none' };

/** One call after another: whoever connects anew hangs up first, and an attempt that is not wanted any more leaves no trace. */
export class WindowCalls implements Calls {
  readonly #open: (bookmark: Bookmark) => Promise<Line>;
  readonly #failed: (error: unknown) => void;
  readonly #defect: string;
  readonly #listeners = new Set<(state: CallState) => void>();
  #state: CallState = NONE;
  #line: Line | undefined;
  #unsubscribe: () => void = () => undefined;
  /** Counts the calls for another call: an older one that is still at it is not wanted any more. */
  #wish = 0;
  #hanging: Promise<void> = Promise.resolve();

  /**
   * @param open makes a client for a server, not connected yet
   * @param failed is told of what went wrong where nobody waits for it, and of each defect
   * @param defect the sentence for what is no refusal of anybody
   */
  constructor(open: (bookmark: Bookmark) => Promise<Line>, failed: (error: unknown) => void, defect: string) {
    this.#open = open;
    this.#failed = failed;
    this.#defect = defect;
  }

  get state(): CallState {
    return this.#state;
  }

  subscribe(listener: (state: CallState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(bookmark: Bookmark): Promise<VoiceClientApi> {
    const wish = ++this.#wish;
    await this.#leave();
    this.#refuseStale(wish);
    let line: Line;
    try {
      line = await this.#open(bookmark);
    } catch (error) {
      const problem = this.#problemOf(error);
      if (wish === this.#wish) this.#become({ status: 'ended', bookmark, problem });
      throw error;
    }
    if (wish !== this.#wish) {
      await this.#close(line);
      this.#refuseStale(wish);
    }
    const { client } = line;
    this.#line = line;
    this.#become({ status: 'connecting', bookmark, client });
    try {
      await client.connect(line.signIn);
      this.#refuseStale(wish);
    } catch (error) {
      const problem = this.#problemOf(error);
      if (wish === this.#wish) {
        const hanging = this.#hangUp();
        this.#become({ status: 'ended', bookmark, problem });
        await hanging;
      }
      throw error;
    }
    this.#unsubscribe = client.subscribe((state) => this.#follow(bookmark, state));
    this.#become({ status: 'open', bookmark, client });
    this.#follow(bookmark, client.state);
    return client;
  }

  async disconnect(): Promise<void> {
    this.#wish++;
    await this.#leave();
  }

  /** For those who look on it is over at once, however long an engine takes to end. */
  async #leave(): Promise<void> {
    const hanging = this.#hangUp();
    this.#become(NONE);
    await hanging;
  }

  /** The server may end it for good. */
  #follow(bookmark: Bookmark, { connection }: ClientState): void {
    if (connection.status !== 'closed' || this.#state.status !== 'open') return;
    const { problem } = connection;
    this.#hangUp().catch(this.#failed);
    this.#become(problem === null ? NONE : { status: 'ended', bookmark, problem });
  }

  /** Whoever comes meanwhile waits for the same end. */
  #hangUp(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    this.#unsubscribe();
    this.#unsubscribe = () => undefined;
    if (line !== undefined) this.#hanging = this.#hanging.then(() => this.#close(line));
    return this.#hanging;
  }

  /** The editor waits a few seconds for its extensions when it closes: writing does not wait for an engine that takes longer to end. */
  async #close(line: Line): Promise<void> {
    await Promise.all([this.#attempt(() => line.client.close()), this.#attempt(() => line.flush())]);
    await this.#attempt(() => line.close());
  }

  /** What fails at the end of a call must not stand in the way of the next. */
  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Anything but our own error is a defect, of which the log has more. */
  #problemOf(error: unknown): Problem {
    if (SwitchboardError.is(error)) return { code: error.code, message: error.message };
    this.#failed(error);
    return { code: 'server.internal', message: this.#defect };
  }

  #refuseStale(wish: number): void {
    if (wish !== this.#wish) throw new SwitchboardError('client.closed');
  }

  #become(state: CallState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) {
      try {
        listener(state);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
