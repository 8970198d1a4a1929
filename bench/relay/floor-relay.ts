import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ended, idOf, LogTail } from './child.ts';
import { makeMembers } from './members.ts';
import { receiveBufferBytes } from './receive-buffer.ts';
import { BITRATE_BPS, HOST, type RunningTarget, type Target } from './target.ts';

const SOURCE = new URL('floor.c', import.meta.url).pathname;
const COMPILER = 'cc';

/** `floor.c`, compiled; goes away when it is disposed of. */
export class FloorRelay implements Target, Disposable {
  readonly name = 'floor';
  readonly #folder: string;
  readonly #program: string;

  /** Undefined where there is no C compiler. @throws Error with the compiler's words if it does not compile. */
  static compile(): FloorRelay | undefined {
    try {
      execFileSync(COMPILER, ['--version'], { stdio: 'ignore' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    return new FloorRelay();
  }

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-floor-'));
    this.#program = join(this.#folder, 'floor');
    execFileSync(COMPILER, ['-O2', '-o', this.#program, SOURCE]);
  }

  async start(count: number): Promise<RunningTarget> {
    const members = makeMembers(count);
    const child = spawn(this.#program, [HOST, String(receiveBufferBytes())], { stdio: 'pipe' });
    const log = new LogTail(child);
    const lines = members.map(
      ({ token, hopKey }) => `${token} ${Buffer.from(hopKey).toString('hex')} 0 ${BITRATE_BPS}\n`,
    );
    child.stdin.end(lines.join(''));
    const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
    const failed = once(child, 'exit').then(() => {
      throw new Error(`The C relay did not start:\n${log.text}`);
    });
    const [port] = await Promise.race([said, failed]);
    failed.catch(() => undefined);
    return {
      pid: idOf(child),
      entrance: { protocol: 'switchboard', port: Number(port), members },
      log,
      [Symbol.asyncDispose]: () => ended(child),
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
