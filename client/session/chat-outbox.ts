import type { MessageCode } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';

/*
 * Messages of one's own that the server has not confirmed yet. Pure. They go out one at a time, in order, each with the
 * nonce it was written under, however often it takes: the server stores a nonce once.
 */

interface Written {
  readonly nonce: string;
  readonly text: string;
  /** The text is code. */
  readonly code: MessageCode | null;
}

export type Outgoing =
  (Written & { readonly status: 'waiting' }) | (Written & { readonly status: 'failed'; readonly problem: Problem });

/** In the order they were written. */
export type Outbox = readonly Outgoing[];

export function enqueue(outbox: Outbox, { nonce, text, code }: Written): Outbox {
  return [...outbox, { status: 'waiting', nonce, text, code }];
}

/** The one to be sent next: one that failed waits for its author, and does not hold up the others. */
export function nextToSend(outbox: Outbox): Outgoing | undefined {
  return outbox.find(({ status }) => status === 'waiting');
}

/** It is stored. */
export function settled(outbox: Outbox, nonce: string): Outbox {
  return outbox.some((entry) => entry.nonce === nonce) ? outbox.filter((entry) => entry.nonce !== nonce) : outbox;
}

export function failed(outbox: Outbox, nonce: string, problem: Problem): Outbox {
  return outbox.map((entry) =>
    entry.nonce === nonce ? { status: 'failed', nonce, text: entry.text, code: entry.code, problem } : entry,
  );
}

/** Its author wants it sent after all: it goes to the end, for what was written later may have been sent. */
export function requeued(outbox: Outbox, nonce: string): Outbox {
  const entry = outbox.find((candidate) => candidate.nonce === nonce);
  if (entry?.status !== 'failed') return outbox;
  return enqueue(settled(outbox, nonce), entry);
}
