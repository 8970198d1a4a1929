import {
  MAX_PLUGIN_CLIP_SAMPLES,
  MAX_PLUGIN_LOG_LINE_LENGTH,
  MAX_PLUGIN_OUTPUT_BYTES,
  MAX_PLUGIN_STORAGE_BYTES,
  MAX_PLUGIN_STORAGE_KEY_LENGTH,
  MAX_STATUS_LENGTH,
  counter,
  pluginFetch,
  pluginMessage,
} from '@switchboard/protocol';
import * as v from 'valibot';
import type { FromSandbox, PluginAct, SandboxFault } from './sandbox-messages.ts';

/*
 * What a plugin's thread says, checked where it is heard: a plugin that has broken out of its sandbox can say anything. What a thread of ours cannot
 * say is no message at all.
 */

/** Of the reasons that a thread gives, which are for people. It may give some more, up to as much as a line of the log. */
const MAX_REASON_SHOWN = 300;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** Somebody else's words, fit for a line among ours. */
export function shownReason(text: string): string {
  const line = text
    .slice(0, MAX_REASON_SHOWN * 2)
    .replace(CONTROL, ' ')
    .trim();
  return line.length > MAX_REASON_SHOWN
    ? `${line.slice(0, MAX_REASON_SHOWN - 1).toWellFormed()}…`
    : line.toWellFormed();
}

const costUs = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

/** Bytes of their own: nobody can change them after this look, and none behind them are passed on. */
function isWhole(value: Uint8Array | Int16Array, maxLength: number): boolean {
  return value.length <= maxLength && value.buffer instanceof ArrayBuffer;
}

const fault: v.GenericSchema<unknown, SandboxFault> = v.object({
  kind: v.picklist(['refused', 'trapped', 'error', 'quota', 'output']),
  reason: v.pipe(text(MAX_PLUGIN_LOG_LINE_LENGTH), v.transform(shownReason)),
});

const act: v.GenericSchema<unknown, PluginAct> = v.variant('type', [
  v.object({ type: v.literal('message.send'), message: pluginMessage }),
  v.object({ type: v.literal('status.set'), status: text(MAX_STATUS_LENGTH) }),
  v.object({
    type: v.literal('clip.play'),
    samples: v.pipe(
      v.instance(Int16Array),
      v.check((samples) => isWhole(samples, MAX_PLUGIN_CLIP_SAMPLES)),
      v.transform((samples) => samples.slice()),
    ),
  }),
  v.object({ type: v.literal('http.fetch'), requestId: v.pipe(counter, v.minValue(1)), request: pluginFetch }),
]);

const fromSandbox: v.GenericSchema<unknown, FromSandbox> = v.variant('type', [
  v.object({ type: v.literal('loaded') }),
  v.object({ type: v.literal('started') }),
  v.object({ type: v.literal('failed'), fault }),
  v.object({ type: v.literal('result'), id: counter, output: text(MAX_PLUGIN_OUTPUT_BYTES), costUs }),
  v.object({ type: v.literal('fault'), id: counter, fault }),
  v.object({
    type: v.literal('log'),
    level: v.picklist(['debug', 'info', 'warn', 'error']),
    text: v.pipe(
      text(MAX_PLUGIN_LOG_LINE_LENGTH),
      v.transform((line) => line.toWellFormed()),
    ),
  }),
  v.object({
    type: v.literal('stored'),
    key: text(MAX_PLUGIN_STORAGE_KEY_LENGTH),
    value: v.nullable(
      v.pipe(
        v.instance(Uint8Array),
        v.check((bytes) => isWhole(bytes, MAX_PLUGIN_STORAGE_BYTES)),
        v.transform((bytes) => bytes.slice()),
      ),
    ),
  }),
  v.object({ type: v.literal('act'), act }),
]);

/** Undefined for what no thread of ours would say. */
export function checkedFromSandbox(message: unknown): FromSandbox | undefined {
  const checked = v.safeParse(fromSandbox, message, { abortEarly: true });
  return checked.success ? checked.output : undefined;
}
