import { constants, setPriority } from 'node:os';
import { ENGINE_BROKE, type FromEngine } from './engine-ipc.ts';
import { describe, EngineService, type OpenAudio } from './engine-service.ts';

/**
 * Makes this process, which was forked, a voice engine: its parent talks with it by IPC. It ends with its parent at once, on
 * SIGTERM in order, and where anything unexpected happens with `ENGINE_BROKE`.
 * @param sandboxThread what the thread of a plugin runs, as in `NodeSandboxes`
 */
export function serveEngine(openAudio: OpenAudio, sandboxThread?: URL): void {
  const service = new EngineService({
    openAudio,
    sandboxThread,
    tell,
    // Native sound keeps threads and handles that would keep the process.
    ended: (how) => exit(how === 'closed' ? 0 : ENGINE_BROKE),
  });
  process.on('message', (message) => service.receive(message));
  process.on('disconnect', () => process.exit());
  process.on('SIGTERM', () => void service.close());
  // A Ctrl-C in a terminal is meant for the parent.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error) => {
    tell({ type: 'log', text: describe(error) });
    exit(ENGINE_BROKE);
  });
  tell({ type: 'log', text: raisePriority() });
}

function tell(message: FromEngine): void {
  // A parent that has gone needs no news: `disconnect` follows.
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}

/** After everything that was told has gone out. */
function exit(code: number): void {
  process.exitCode = code;
  if (!process.connected) process.exit();
  process.send?.({ type: 'pong' } satisfies FromEngine, undefined, {}, () => process.exit());
}

/** Sound does not wait. Where the system gives that to administrators alone, it is scheduled as others are. */
function raisePriority(): string {
  try {
    setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
    return 'The engine runs at a raised priority.';
  } catch (error) {
    return `The engine runs at the usual priority: ${error instanceof Error ? error.message : String(error)}`;
  }
}
