import { describe, expect, it } from 'vitest';
import * as plugins from '../testing/hostile-plugins.ts';
import { SandboxFixture } from './testing/sandbox-fixture.ts';

describe('Sandbox in a browser', () => {
  it('runs a plugin', async () => {
    const sandbox = new SandboxFixture().start(await plugins.gain());

    expect(sandbox.said).toEqual([{ type: 'started' }]);
    expect(sandbox.call('{}')).toEqual([{ output: '{"reply":"gain"}' }]);
    expect(new Set(sandbox.frame(0.5).samples)).toEqual(new Set([0.25]));
  });

  it('tells why one broke', async () => {
    expect(new SandboxFixture().start(await plugins.tinyAllocLoop()).call()).toMatchObject([{ kind: 'quota' }]);
    expect(new SandboxFixture().start(await plugins.recursion()).call()).toMatchObject([{ kind: 'trapped' }]);
    expect(new SandboxFixture().start(await plugins.forbiddenImport()).said).toMatchObject([{ type: 'failed' }]);
  });
});
