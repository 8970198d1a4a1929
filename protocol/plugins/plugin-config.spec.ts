import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { faultIn, pluginConfigSchema, type PluginConfigProperty } from './plugin-config.ts';

const level = (changes: object = {}): PluginConfigProperty => ({
  type: 'number',
  default: 0,
  multipleOf: 0.1,
  ...changes,
});
const isTaken = (property: PluginConfigProperty) =>
  v.is(pluginConfigSchema, { type: 'object', properties: { level: property } });

describe('multipleOf', () => {
  it.each([0, 0.1, 0.3, -0.7, 1e6 + 0.1, 12.3])('takes %d in steps of 0.1', (value) => {
    expect(faultIn(level(), value)).toBeUndefined();
  });

  it.each([0.05, 0.31, -0.75, 1e-3])('refuses %d in steps of 0.1', (value) => {
    expect(faultIn(level(), value)).toBe('must be a multiple of 0.1');
  });

  it('holds for what is the default, and for where a form begins', () => {
    expect(isTaken(level({ default: 0.3, minimum: -1.2 }))).toBe(true);
    expect(isTaken(level({ default: 0.35 }))).toBe(false);
    expect(isTaken(level({ minimum: -0.25 }))).toBe(false);
    expect(isTaken(level({ minimum: -0.25, multipleOf: undefined }))).toBe(true);
  });
});
