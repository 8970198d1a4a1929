import type { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import type { FrameLine } from '../../plugins/frame-line.ts';
import { describeHostilePlugins } from '../../plugins/testing/hostile-suite.ts';
import { nodeClock } from './node-clock.ts';
import { NodeSandboxes } from './node-sandboxes.ts';

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

// After the suite's own: whatever they were at, none is left.
afterEach(async () => {
  expect(threads.length).toBeGreaterThan(0);
  await expect.poll(() => threads.filter(({ threadId }) => threadId !== -1)).toEqual([]);
  threads.length = 0;
});

describeHostilePlugins('Node', () => {
  const lines = new Map<number, FrameLine>();
  const sandboxes = new NodeSandboxes({
    frames: { opened: (id, line) => lines.set(id, line), closed: (id) => lines.delete(id) },
  });
  return {
    clock: nodeClock,
    open: sandboxes.open,
    lineOf: (id) => lines.get(id)!,
    stuck: (id) => sandboxes.stuck(id),
    close: () => sandboxes.close(),
  };
});

it('tells of a thread that cannot be, once and not before it has returned', async () => {
  const told: string[] = [];
  const sut = new NodeSandboxes({ threadFile: new URL('no-such-thread.ts', import.meta.url) });
  const line = sut.open({ message: () => undefined, stuck: () => undefined, ended: (reason) => told.push(reason) });
  line.post({ type: 'config', config: {} });
  expect(told).toEqual([]);
  await expect.poll(() => told).toEqual([expect.stringContaining('no-such-thread.ts')]);
  line.post({ type: 'config', config: {} });
  sut.stuck(line.id);
  line.close();
  sut.close();
  expect(told).toHaveLength(1);
});
