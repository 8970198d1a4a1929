import type { FromSandbox } from '@switchboard/client';
import { checkedFromSandbox } from '@switchboard/client/plugins';
import {
  ALL_HOOKS,
  AUDIO_HOOKS,
  MAX_PLUGIN_ALLOC_BYTES,
  MAX_PLUGIN_LOG_LINES_PER_MINUTE,
  MAX_PLUGIN_STORAGE_BYTES,
  MAX_PLUGIN_STORAGE_KEY_LENGTH,
  MAX_PLUGIN_STORAGE_KEYS,
  MAX_PLUGIN_WASM_BYTES,
  pluginManifest,
  pluginMembers,
  pluginTarget,
  type EventHook,
} from '@switchboard/protocol';
import * as v from 'valibot';

/* What goes through to the thread of a plugin (`ToSandbox`), and what comes from it (`FromSandbox`). */

export const sandboxId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const eventHooks = ALL_HOOKS.filter((hook): hook is EventHook => !(AUDIO_HOOKS as readonly string[]).includes(hook));

const bytes = (maxLength: number) =>
  v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= maxLength);

const config = v.pipe(v.record(v.string(), v.union([v.boolean(), v.number(), v.string()])), v.readonly());

const storage = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(MAX_PLUGIN_STORAGE_KEY_LENGTH)), bytes(MAX_PLUGIN_STORAGE_BYTES)),
  v.check((stored) => Object.keys(stored).length <= MAX_PLUGIN_STORAGE_KEYS),
  v.readonly(),
);

const spent = v.optional(
  v.pipe(
    v.array(
      v.object({
        kind: v.picklist(['message.send', 'status.set', 'clip.play', 'http.fetch', 'log']),
        agesMs: v.pipe(
          v.array(v.pipe(v.number(), v.finite())),
          v.maxLength(MAX_PLUGIN_LOG_LINES_PER_MINUTE),
          v.readonly(),
        ),
      }),
    ),
    v.maxLength(5),
    v.readonly(),
  ),
);

export const toSandbox = v.variant('type', [
  v.strictObject({
    type: v.literal('start'),
    wasm: bytes(MAX_PLUGIN_WASM_BYTES),
    manifest: pluginManifest,
    target: pluginTarget,
    config,
    storage,
    spent,
  }),
  v.strictObject({
    type: v.literal('call'),
    id: v.pipe(v.number(), v.safeInteger()),
    hook: v.picklist(eventHooks),
    input: v.pipe(v.string(), v.maxLength(MAX_PLUGIN_ALLOC_BYTES)),
  }),
  v.strictObject({ type: v.literal('config'), config }),
  v.strictObject({ type: v.literal('members'), members: pluginMembers }),
]);

/** As it is checked in the thread's own process, once more. */
export const fromSandbox = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, FromSandbox>(({ dataset, addIssue, NEVER }) => {
    const message = checkedFromSandbox(dataset.value);
    if (message !== undefined) return message;
    addIssue({ message: 'is nothing that a plugin says' });
    return NEVER;
  }),
);
