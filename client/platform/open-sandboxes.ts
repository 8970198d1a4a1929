import type { OpenSandbox, SandboxLine } from '../plugins/sandbox-line.ts';

const CLOSED: SandboxLine = { id: -1, post: () => undefined, close: () => undefined };

/** Opens sandboxes as long as their engine is there. After that none is started, and nothing is heard of it. */
export function openWhile(isThere: () => boolean, open: OpenSandbox): OpenSandbox {
  return (events) => (isThere() ? open(events) : CLOSED);
}
