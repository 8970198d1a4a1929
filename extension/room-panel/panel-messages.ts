import type { ClientState } from '@switchboard/client';
import { counter, id, isErrorCode, type ErrorCode } from '@switchboard/protocol';
import * as v from 'valibot';
import { CLIENT_METHODS } from './client-calls.ts';
import type { StatePatch } from './state-patch.ts';

/*
 * What the room view and its host say to each other. Each side checks what arrives; what is not of these shapes is refused. The values of
 * the state itself are the host's own, and pass as they are.
 */

const MAX_LINK_LENGTH = 8_000;
const MAX_ARGUMENTS = 4;

/** What a button of the view asks the editor for: to choose a server, the same server again, to sign in there, to hang up. */
const ACTS = ['choose', 'again', 'signIn', 'hangUp'] as const;
export type Act = (typeof ACTS)[number];

export const SECTIONS = ['chat', 'people', 'plugins', 'settings'] as const;
export type Section = (typeof SECTIONS)[number];

const pageMessage = v.variant('type', [
  /** The page has been loaded, and knows nothing yet. */
  v.strictObject({ type: v.literal('ready') }),
  /** A method of the client with that number; answered where `id` is not null. */
  v.strictObject({
    type: v.literal('call'),
    client: counter,
    id: v.nullable(counter),
    method: v.picklist(CLIENT_METHODS),
    args: v.pipe(v.array(v.unknown()), v.maxLength(MAX_ARGUMENTS)),
  }),
  v.strictObject({ type: v.literal('act'), act: v.picklist(ACTS) }),
  /** Somebody looks at the meter, or no longer does. */
  v.strictObject({ type: v.literal('meter'), on: v.boolean() }),
  /** Messages up to this one have been seen. */
  v.strictObject({ type: v.literal('read'), messageId: v.union([id, v.literal('')]) }),
  v.strictObject({
    type: v.literal('link'),
    href: v.pipe(v.string(), v.maxLength(MAX_LINK_LENGTH), v.check(isWebLink)),
  }),
  /** The code of a message shall be shown where it belongs. */
  v.strictObject({ type: v.literal('code'), messageId: id }),
]);
export type PageMessage = v.InferOutput<typeof pageMessage>;

const problem = v.object({
  code: v.custom<ErrorCode>(isErrorCode),
  message: v.string(),
  field: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  untilMs: v.exactOptional(v.nullable(v.number())),
  retryAfterMs: v.exactOptional(v.number()),
});

/** The call as the page shows it; `client` numbers the clients of this window. */
const callView = v.variant('status', [
  v.object({ status: v.literal('none') }),
  v.object({ status: v.literal('connecting'), server: v.string() }),
  v.object({ status: v.literal('open'), server: v.string(), client: counter }),
  v.object({
    status: v.literal('ended'),
    server: v.string(),
    /** One comes in by an account, not as a guest. */
    account: v.boolean(),
    problem,
  }),
]);
export type CallView = v.InferOutput<typeof callView>;

const listPatch = v.object({ at: counter, gone: counter, items: v.array(v.unknown()) });
const partsPatch = v.object({ set: v.record(v.string(), v.unknown()), lists: v.record(v.string(), listPatch) });
const statePatch: v.GenericSchema<unknown, StatePatch> = v.object({
  ...partsPatch.entries,
  chat: v.exactOptional(partsPatch),
});

const hostMessage = v.variant('type', [
  v.object({ type: v.literal('call'), call: callView }),
  /** All of a client's state, and up to where its messages were read before; goes before its first change. */
  v.object({
    type: v.literal('state'),
    client: counter,
    state: v.custom<ClientState>((value) => typeof value === 'object' && value !== null),
    readId: v.nullable(v.string()),
  }),
  v.object({
    type: v.literal('patch'),
    client: counter,
    patch: statePatch,
  }),
  v.object({ type: v.literal('level'), dbfs: v.number() }),
  v.object({
    type: v.literal('answer'),
    client: counter,
    id: counter,
    outcome: v.variant('ok', [
      v.object({ ok: v.literal(true), value: v.optional(v.unknown()) }),
      v.object({ ok: v.literal(false), problem }),
    ]),
  }),
  /** Whether the editor's window has the focus. */
  v.object({ type: v.literal('focus'), focused: v.boolean() }),
  v.object({ type: v.literal('show'), section: v.picklist(SECTIONS) }),
]);
export type HostMessage = v.InferOutput<typeof hostMessage>;

/** What the page said; null for anything else. */
export function parsePageMessage(received: unknown): PageMessage | null {
  return parsed(pageMessage, received);
}

/** What the host said; null for anything else. */
export function parseHostMessage(received: unknown): HostMessage | null {
  return parsed(hostMessage, received);
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, received: unknown): T | null {
  const { success, output } = v.safeParse(schema, received);
  return success ? output : null;
}

function isWebLink(href: string): boolean {
  return URL.canParse(href) && /^https?:$/.test(new URL(href).protocol);
}
