import { ERROR_CODES, SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import * as v from 'valibot';
import { engineCommand, engineEvent } from './engine-schemas.ts';
import { fromSandbox, sandboxId, toSandbox } from './sandbox-schemas.ts';

/* What the editor's process and the engine's tell each other. Samples never go this way. */

/** The exit code of an engine that ended itself, for something that it did not expect (`EX_SOFTWARE` of sysexits). */
export const ENGINE_BROKE = 70;

/** Of why a thread has ended: more than any that we give. */
export const MAX_ENDED_REASON_LENGTH = 1_000;

/** Null for the system's default. */
const deviceId = v.nullable(v.string());
const questionId = v.pipe(v.number(), v.safeInteger());

const endedReason = v.pipe(v.string(), v.maxLength(MAX_ENDED_REASON_LENGTH));

const question = v.variant('type', [
  v.object({ type: v.literal('microphone.open'), deviceId }),
  v.object({ type: v.literal('speaker.use'), deviceId }),
  v.object({ type: v.literal('devices') }),
]);

const toEngine = v.variant('type', [
  /** The first, once. */
  v.object({ type: v.literal('start'), fingerprint: v.nullable(v.string()) }),
  v.object({ type: v.literal('command'), command: engineCommand }),
  v.object({ type: v.literal('ask'), id: questionId, question }),
  v.object({ type: v.literal('microphone.close') }),
  /** Starts the thread of a plugin, under a name that was never used. */
  v.object({ type: v.literal('sandbox.open'), sandboxId }),
  v.object({ type: v.literal('sandbox.post'), sandboxId, message: toSandbox }),
  v.object({ type: v.literal('sandbox.close'), sandboxId }),
  /** To be answered at once: whether it still gets round to anything. */
  v.object({ type: v.literal('ping') }),
  /** Ends in order: the last words go out, devices are let go. */
  v.object({ type: v.literal('close') }),
]);

const device = v.object({ id: v.string(), label: v.string(), kind: v.picklist(['microphone', 'speaker']) });
const failure = { code: v.picklist(ERROR_CODES), message: v.string() };

const answer = v.variant('type', [
  v.object({ type: v.literal('done') }),
  v.object({ type: v.literal('devices'), devices: v.pipe(v.array(device), v.readonly()) }),
  v.object({ type: v.literal('refused'), ...failure }),
]);

const fromEngine = v.variant('type', [
  /** The codec has run, and what is rendered is played. */
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('event'), event: engineEvent }),
  v.object({ type: v.literal('answer'), id: questionId, answer }),
  v.object({ type: v.literal('devices.changed') }),
  v.object({ type: v.literal('microphone.lost') }),
  v.object({ type: v.literal('sandbox.message'), sandboxId, message: fromSandbox }),
  /** It missed too many frames in a row. */
  v.object({ type: v.literal('sandbox.stuck'), sandboxId }),
  v.object({ type: v.literal('sandbox.ended'), sandboxId, reason: endedReason }),
  /** It could not start, or broke; its end follows. */
  v.object({ type: v.literal('failed'), ...failure }),
  v.object({ type: v.literal('pong') }),
  /** For those who look for what went wrong. */
  v.object({ type: v.literal('log'), text: v.string() }),
]);

export type Question = v.InferOutput<typeof question>;
export type Answer = v.InferOutput<typeof answer>;
export type ToEngine = v.InferOutput<typeof toEngine>;
export type FromEngine = v.InferOutput<typeof fromEngine>;

/** Undefined for what is no message to the engine. */
export function readToEngine(message: unknown): ToEngine | undefined {
  const result = v.safeParse(toEngine, message, { abortEarly: true });
  return result.success ? result.output : undefined;
}

/** Undefined for what is no message of the engine. */
export function readFromEngine(message: unknown): FromEngine | undefined {
  const result = v.safeParse(fromEngine, message, { abortEarly: true });
  return result.success ? result.output : undefined;
}

/** An error as it crosses; `fallback` is the code of what is not a `SwitchboardError`. */
export function failureOf(error: unknown, fallback: ErrorCode): { readonly code: ErrorCode; readonly message: string } {
  const { code, message } = SwitchboardError.is(error) ? error : new SwitchboardError(fallback);
  return { code, message };
}
