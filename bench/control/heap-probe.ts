/** Loaded into the server's process before the server itself: tells how much its heap holds. */

import { answerCommands } from '../relay/child.ts';

export interface HeapCommand {
  readonly type: 'heap';
}

export interface HeapAnswer {
  readonly type: 'heap';
  /** Of objects that are still in use. */
  readonly heapBytes: number;
  /** Buffers outside of it. */
  readonly externalBytes: number;
  readonly rssBytes: number;
}

answerCommands(async (_command: HeapCommand): Promise<HeapAnswer> => {
  if (globalThis.gc === undefined) throw new Error('The server was started without --expose-gc');
  // What the first finds to be finalised, the second gives back.
  await globalThis.gc({ type: 'major', execution: 'async' });
  await globalThis.gc({ type: 'major', execution: 'async' });
  const { heapUsed, external, rss } = process.memoryUsage();
  return { type: 'heap', heapBytes: heapUsed, externalBytes: external, rssBytes: rss };
});
