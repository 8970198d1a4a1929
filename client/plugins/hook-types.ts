import {
  CLIENT_HOOKS,
  SERVER_HOOKS,
  type ClientHook,
  type ClientHookEvent,
  type ClientHookResult,
  type EventHook,
  type PluginTarget,
  type ServerHook,
  type ServerHookEvent,
  type ServerHookResult,
} from '@switchboard/protocol';
import type * as v from 'valibot';

/** The hooks of a target, their events without the envelope, and what they answer. */
export type HookOf<T extends PluginTarget> = T extends 'client' ? ClientHook : ServerHook;
export type HookEvent<T extends PluginTarget, H> = T extends 'client'
  ? H extends ClientHook
    ? ClientHookEvent<H>
    : never
  : H extends ServerHook
    ? ServerHookEvent<H>
    : never;
export type HookResult<T extends PluginTarget, H> = T extends 'client'
  ? H extends ClientHook
    ? ClientHookResult<H>
    : never
  : H extends ServerHook
    ? ServerHookResult<H>
    : never;

interface HookSchemas {
  readonly event: v.GenericSchema;
  readonly result: v.GenericSchema;
}

/** @throws RangeError if the target has no such hook */
export function schemasOf(target: PluginTarget, hook: EventHook): HookSchemas {
  const hooks: Readonly<Partial<Record<EventHook, HookSchemas>>> = target === 'client' ? CLIENT_HOOKS : SERVER_HOOKS;
  const schemas = hooks[hook];
  if (schemas === undefined) throw new RangeError(`A ${target} has no ${hook}`);
  return schemas;
}
