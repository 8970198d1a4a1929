import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolBench } from './testing/tool-bench.ts';

const COMMANDS = ['new', 'build', 'test', 'pack', 'keygen', 'sign', 'inspect', 'dev', 'schemas'];

describe('npm run plugin --', () => {
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.open();
  });

  afterEach(() => bench.close());

  it('lists its commands', async () => {
    expect(await bench.run('--help')).toBe(0);
    for (const name of COMMANDS) expect(bench.said[0]).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(COMMANDS)('explains %s, and does nothing else', async (name) => {
    expect(await bench.run(name, '--help', '--key', 'x')).toBe(0);
    expect(bench.said).toEqual([expect.stringContaining(`npm run plugin -- ${name}`)]);
  });

  it.each([
    ['no command', [], 'Makes plugins'],
    ['a command that there is not', ['fly'], 'no command fly'],
    ['an option that there is not', ['pack', '--fast'], "'--fast'"],
    ['two folders', ['build', 'a', 'b'], '"b" is too much'],
    ['a target that there is not', ['test', '--target', 'moon'], '--target is'],
    ['nowhere to develop for', ['dev'], 'either --folder or --server'],
    ['an address that is none', ['dev', '--server', 'here'], '"here" is no address'],
  ])('takes %s for a mistake', async (_, args, part) => {
    await bench.writePlugin('.');
    expect(await bench.run(...args)).toBe(2);
    expect(bench.complaints[0]).toContain(part);
  });
});
