import * as v from 'valibot';
import { isErrorCode, type ErrorCode } from '../errors.ts';
import { EVENTS, isEventType, type ControlEvent } from './events.ts';
import { counter } from './model.ts';
import {
  isRequestType,
  REQUESTS,
  type CheckedRequestData,
  type ReplyData,
  type RequestData,
  type RequestType,
} from './requests.ts';

/*
 * The frames that carry requests, replies and events: JSON text. Decoding never throws; what is refused comes with
 * the code that the other side is told, and with the request's id where it could be read.
 */

export type Request = {
  [T in RequestType]: { readonly type: T; readonly id: number; readonly data: CheckedRequestData<T> };
}[RequestType];

export interface RequestRefusal {
  readonly refused: ErrorCode;
  /** As far as they could be read. */
  readonly type: string;
  readonly id: number;
  /** Dotted path of the field at fault, below `data`. */
  readonly field?: string;
}

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string | undefined;
  /** After this it is worth trying again, in ms. */
  readonly retryAfterMs?: number | undefined;
}

export type Reply =
  | { readonly kind: 'reply'; readonly type: string; readonly id: number; readonly ok: true; readonly data: unknown }
  | {
      readonly kind: 'reply';
      readonly type: string;
      readonly id: number;
      readonly ok: false;
      readonly error: WireError;
    };

export interface NumberedEvent {
  readonly kind: 'event';
  /** Counts up by one in each session. */
  readonly seq: number;
  readonly event: ControlEvent;
}

/** An event whose type or data this client does not know: a newer server's. It is skipped, its number kept. */
export interface UnknownEvent {
  readonly kind: 'unknown';
  readonly seq: number;
  readonly type: string;
}

const requestEnvelope = v.object({ type: v.string(), id: counter, data: v.optional(v.unknown(), {}) });
const replyEnvelope = v.variant('ok', [
  v.object({ type: v.string(), id: counter, ok: v.literal(true), data: v.optional(v.unknown(), {}) }),
  v.object({
    type: v.string(),
    id: counter,
    ok: v.literal(false),
    error: v.object({
      code: v.string(),
      message: v.string(),
      field: v.optional(v.string()),
      retryAfterMs: v.optional(counter),
    }),
  }),
]);
const eventEnvelope = v.object({ type: v.string(), seq: counter, data: v.optional(v.unknown(), {}) });

export function encodeRequest<T extends RequestType>(type: T, requestId: number, data: RequestData<T>): string {
  return JSON.stringify({ type, id: requestId, data });
}

/** Understands a request, checked by its schema. */
export function decodeRequest(text: string): Request | RequestRefusal {
  const envelope = v.safeParse(requestEnvelope, parseJson(text));
  if (!envelope.success) return { refused: 'protocol.malformed', type: 'unknown', id: 0 };
  const { type, id, data } = envelope.output;
  if (!isRequestType(type)) return { refused: 'protocol.unknown_type', type, id };
  const checked = v.safeParse(REQUESTS[type].data, data, { abortEarly: true });
  if (checked.success) return { type, id, data: checked.output } as Request;
  const field = v.getDotPath(checked.issues[0]);
  const refused = field?.endsWith('nickname') === true ? 'auth.nickname_invalid' : 'protocol.invalid';
  return field === null ? { refused, type, id } : { refused, type, id, field };
}

export function isRefusal(request: Request | RequestRefusal): request is RequestRefusal {
  return 'refused' in request;
}

export function encodeReply<T extends RequestType>(type: T, id: number, data: ReplyData<T>): string {
  return JSON.stringify({ type, id, ok: true, data });
}

export function encodeErrorReply(type: string, id: number, error: WireError): string {
  return JSON.stringify({ type, id, ok: false, error });
}

/**
 * An event without its number: made once, however many sessions it goes to.
 * `numberEvent` completes it for one session.
 */
export function encodeEvent(event: ControlEvent): string {
  return `"type":${JSON.stringify(event.type)},"data":${JSON.stringify(event.data)}}`;
}

export function numberEvent(encoded: string, seq: number): string {
  return `{"seq":${seq},${encoded}`;
}

/** Understands what a server sent; undefined if it has no form that this protocol knows. */
export function decodeServerFrame(text: string): Reply | NumberedEvent | UnknownEvent | undefined {
  const json = parseJson(text);
  const reply = v.safeParse(replyEnvelope, json);
  if (reply.success) {
    if (reply.output.ok) return { kind: 'reply', ...reply.output };
    const { code, message, field, retryAfterMs } = reply.output.error;
    const known = isErrorCode(code) ? code : 'server.internal';
    return {
      kind: 'reply',
      type: reply.output.type,
      id: reply.output.id,
      ok: false,
      error: { code: known, message, field, retryAfterMs },
    };
  }
  const envelope = v.safeParse(eventEnvelope, json);
  if (!envelope.success) return undefined;
  const { type, seq, data } = envelope.output;
  if (!isEventType(type)) return { kind: 'unknown', seq, type };
  const checked = v.safeParse(EVENTS[type], data);
  if (!checked.success) return { kind: 'unknown', seq, type };
  return { kind: 'event', seq, event: { type, data: checked.output } as ControlEvent };
}

/** Checks the data of a reply by the schema of its request; undefined if it does not fit. */
export function checkReply<T extends RequestType>(type: T, data: unknown): ReplyData<T> | undefined {
  const checked = v.safeParse(REQUESTS[type].reply, data);
  return checked.success ? checked.output : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
