import type { ClientState } from '@switchboard/client';

/*
 * What has changed from one state to the next: parts that are other objects than before, and of a list only the stretch that differs. So a
 * new message does not send all messages, and what has not changed is the same object on the other side, too. Pure.
 */

/** From `at`, so many are gone, and `items` stand there. */
interface ListPatch {
  readonly at: number;
  readonly gone: number;
  readonly items: readonly unknown[];
}

interface PartsPatch {
  /** Parts with their new values. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Parts that are lists, and were before. */
  readonly lists: Readonly<Record<string, ListPatch>>;
}

export interface StatePatch extends PartsPatch {
  /** The parts of `chat`. */
  readonly chat?: PartsPatch;
}

type Parts = Readonly<Record<string, unknown>>;

/** Null where nothing has changed. */
export function patchBetween(before: ClientState, after: ClientState): StatePatch | null {
  const { chat: chatBefore, ...restBefore } = before;
  const { chat: chatAfter, ...restAfter } = after;
  const rest = partsBetween(restBefore, restAfter);
  const chat = chatBefore === chatAfter ? null : partsBetween({ ...chatBefore }, { ...chatAfter });
  if (rest === null && chat === null) return null;
  return { ...(rest ?? { set: {}, lists: {} }), ...(chat === null ? {} : { chat }) };
}

/** The state after a change; parts that have not changed are the same objects. */
export function patched(before: ClientState, { chat, ...rest }: StatePatch): ClientState {
  const after = { ...before, ...changedParts({ ...before }, rest) };
  if (chat === undefined) return after;
  return { ...after, chat: { ...before.chat, ...changedParts({ ...before.chat }, chat) } };
}

function partsBetween(before: Parts, after: Parts): PartsPatch | null {
  const set: Record<string, unknown> = {};
  const lists: Record<string, ListPatch> = {};
  for (const [part, value] of Object.entries(after)) {
    const old = before[part];
    if (old === value) continue;
    if (Array.isArray(old) && Array.isArray(value)) lists[part] = listPatch(old, value);
    else set[part] = value;
  }
  return Object.keys(set).length + Object.keys(lists).length === 0 ? null : { set, lists };
}

function changedParts(before: Parts, { set, lists }: PartsPatch): Parts {
  const spliced = Object.entries(lists).map(([part, { at, gone, items }]) => {
    const old = before[part];
    return [part, Array.isArray(old) ? old.toSpliced(at, gone, ...items) : items] as const;
  });
  return { ...set, ...Object.fromEntries(spliced) };
}

function listPatch(before: readonly unknown[], after: readonly unknown[]): ListPatch {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let kept = 0;
  while (kept < shorter - at && before[before.length - 1 - kept] === after[after.length - 1 - kept]) kept++;
  return { at, gone: before.length - at - kept, items: after.slice(at, after.length - kept) };
}
