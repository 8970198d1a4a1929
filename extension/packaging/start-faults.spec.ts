import { describe, expect, it } from 'vitest';
import { START_MAX_BYTES, startFaults } from './start-faults.ts';

const small = {
  name: 'extension.cjs',
  bytes: 5_000,
  inputs: ['extension.ts'],
  imports: ['./voice.cjs', 'node:path', 'vscode'],
};

describe('startFaults', () => {
  it('finds nothing in a small bundle of our own', () => {
    expect(startFaults(small)).toEqual([]);
  });

  it('finds that it is too large', () => {
    expect(startFaults({ ...small, bytes: START_MAX_BYTES + 1 })).toEqual([
      expect.stringContaining('30720 are allowed'),
    ]);
  });

  it.each(['../client/voice-client.ts', '../node_modules/valibot/dist/index.mjs'])('finds %s in it', (input) => {
    expect(startFaults({ ...small, inputs: [input] })).toEqual([expect.stringContaining(input)]);
  });

  it('finds that it imports a native module', () => {
    expect(startFaults({ ...small, imports: ['decibri'] })).toEqual([expect.stringContaining('imports decibri')]);
  });

  it('leaves what is loaded later alone', () => {
    expect(startFaults({ ...small, name: 'voice.cjs', bytes: 1_000_000, inputs: ['../client/index.ts'] })).toEqual([]);
  });
});
