import { expect, it } from 'vitest';
import type { FrameLine } from '../../plugins/frame-line.ts';
import { describeHostilePlugins } from '../../plugins/testing/hostile-suite.ts';
import { browserClock } from './browser-clock.ts';
import { BrowserSandboxes } from './browser-sandboxes.ts';
import { openFrameLine } from './sandbox-frames.ts';

const here = import.meta.url;

describeHostilePlugins('a browser', () => {
  const lines = new Map<number, FrameLine>();
  const sandboxes = new BrowserSandboxes(new URL('sandbox-worker.js', here), {
    opened: (id, port) =>
      lines.set(
        id,
        openFrameLine(port, () => sandboxes.stuck(id)),
      ),
    closed: (id) => lines.delete(id),
  });
  return {
    clock: browserClock,
    open: sandboxes.open,
    lineOf: (id) => lines.get(id)!,
    stuck: (id) => sandboxes.stuck(id),
    close: () => sandboxes.close(),
  };
});

it('tells of a worker that cannot be, once and not before it has returned', async () => {
  const told: string[] = [];
  const closed: number[] = [];
  const sut = new BrowserSandboxes(new URL('no-such-worker.js', here), {
    opened: () => undefined,
    closed: (id) => closed.push(id),
  });
  const line = sut.open({ message: () => undefined, stuck: () => undefined, ended: (reason) => told.push(reason) });
  line.post({ type: 'config', config: {} });
  expect(told).toEqual([]);
  await expect.poll(() => told).toEqual([expect.stringMatching(/\.$/)]);
  line.post({ type: 'config', config: {} });
  sut.stuck(line.id);
  line.close();
  sut.close();
  expect([told.length, closed]).toEqual([1, [line.id]]);
});
