import { isMultipleOf, type PluginConfigProperty, type PluginConfigValue } from '@switchboard/protocol';
import type { PluginStrings } from '../strings/plugin-strings.ts';

/** What was written into a field as a value, or why it is none, in words. */
type ReadValue = { readonly value: PluginConfigValue } | { readonly fault: string };

/** The protocol's `faultIn` has the same rules, for who writes no form. */
export function readValue(words: PluginStrings, wanted: PluginConfigProperty, written: string): ReadValue {
  if (wanted.type === 'boolean') return { value: written === 'true' };
  if (wanted.type === 'string') {
    const { maxLength } = wanted;
    return maxLength !== undefined && written.length > maxLength
      ? { fault: words.tooLong(maxLength) }
      : { value: written };
  }
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value)) return { fault: words.wrongNumber };
  if (wanted.type === 'integer' && !Number.isSafeInteger(value)) return { fault: words.wrongWhole };
  if (wanted.minimum !== undefined && value < wanted.minimum) return { fault: words.atLeast(String(wanted.minimum)) };
  if (wanted.maximum !== undefined && value > wanted.maximum) return { fault: words.atMost(String(wanted.maximum)) };
  const step = wanted.type === 'number' ? wanted.multipleOf : undefined;
  if (step !== undefined && !isMultipleOf(value, step)) return { fault: words.inSteps(String(step)) };
  return { value };
}
