import { describe, expect, it } from 'vitest';
import { takeMinutes, takeRelayOptions } from './options.ts';

describe('takeRelayOptions', () => {
  it('measures three times 15 s unless told', () => {
    expect(takeRelayOptions([])).toEqual([{ seconds: 15, runs: 3 }, []]);
  });

  it('leaves what is not its own, in order', () => {
    const args = ['--json', 'report.json', '--seconds', '4', '--only', 'rooms', '--runs=1', '--only', 'rate'];
    expect(takeRelayOptions(args)).toEqual([
      { seconds: 4, runs: 1 },
      ['--json', 'report.json', '--only', 'rooms', '--only', 'rate'],
    ]);
  });

  it.each([
    ['no number', ['--seconds', 'ten'], '--seconds'],
    ['nothing', ['--seconds'], '--seconds'],
    ['0', ['--runs', '0'], '--runs'],
    ['half a run', ['--runs', '1.5'], '--runs'],
  ])('refuses %s', (_, args, message) => {
    expect(() => takeRelayOptions(args)).toThrow(message);
  });
});

describe('takeMinutes', () => {
  it('takes as many as told', () => {
    expect(takeMinutes(['--minutes', '0.5', '--json', 'x'], 10)).toEqual([0.5, ['--json', 'x']]);
    expect(takeMinutes(['--json', 'x'], 10)).toEqual([10, ['--json', 'x']]);
  });
});
