import { Injectable } from '@nestjs/common';
import { isRequestType, type RequestType } from '@switchboard/protocol';

/** `refused`: with a code that tells the client why; `failed`: something went wrong here. */
export type RequestOutcome = 'ok' | 'refused' | 'failed';

interface RequestCount {
  readonly type: RequestType | 'unknown';
  readonly outcome: RequestOutcome;
  count: number;
}

/** What the control lane has done since the start, for whoever watches it. */
@Injectable()
export class ControlCounts {
  readonly #requests = new Map<string, RequestCount>();
  /** Replies and events. */
  messagesSent = 0;
  /** Sockets that were given up as their other end did not read. */
  slowReaders = 0;

  get requests(): Iterable<Readonly<RequestCount>> {
    return this.#requests.values();
  }

  /** Types that the protocol does not have are one: what a client sends must not make the list grow. */
  request(type: string, outcome: RequestOutcome): void {
    const known = isRequestType(type) ? type : 'unknown';
    const key = `${known} ${outcome}`;
    const counted = this.#requests.get(key);
    if (counted === undefined) this.#requests.set(key, { type: known, outcome, count: 1 });
    else counted.count++;
  }
}
