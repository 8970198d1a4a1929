import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { ServerConfig } from '../config/server-config.ts';
import { VERSION } from '../version.ts';
import { isPublicAddress } from './public-address.ts';

/** From looking the name up to the head of the answer. */
export const ATTEMPT_LIMIT_MS = 10_000;
const MAX_FAILURE_CHARACTERS = 256;

/** How an attempt to deliver ended. */
export type Attempt =
  | { readonly is: 'delivered'; readonly status: number }
  /** May succeed later. */
  | { readonly is: 'failed'; readonly status: number | null; readonly failure: string }
  /** Will not succeed later either. */
  | { readonly is: 'refused'; readonly failure: string }
  /** The server stops: it is not known whether it arrived. */
  | { readonly is: 'aborted' };

/** The addresses of a host name, from outside, so that tests need no name server. */
export abstract class HostAddresses {
  abstract of(hostname: string): Promise<readonly LookupAddress[]>;
}

@Injectable()
export class SystemHostAddresses extends HostAddresses {
  of(hostname: string): Promise<readonly LookupAddress[]> {
    return lookup(hostname, { all: true, order: 'verbatim' });
  }
}

/**
 * Makes one request to an address that an operator gave, who may have been given it by somebody else: not to this machine or its
 * network, unless that is allowed. The name is looked up once, all its addresses are checked, and one of just these is connected
 * to, so a name that changes in between (DNS rebinding) leads nowhere else. Redirects are not followed.
 */
@Injectable()
export class WebhookSender {
  readonly #addresses: HostAddresses;
  readonly #clock: Clock;
  readonly #allowsPrivate: boolean;

  constructor(addresses: HostAddresses, clock: Clock, config: ServerConfig) {
    this.#addresses = addresses;
    this.#clock = clock;
    this.#allowsPrivate = config.webhooksPrivate;
  }

  /** Never rejects. `stopping` ends it early. */
  async send(
    address: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    stopping: AbortSignal,
  ): Promise<Attempt> {
    const late = new AbortController();
    const cancel = this.#clock.after(ATTEMPT_LIMIT_MS, () => {
      late.abort();
    });
    try {
      return await this.#attempt(new URL(address), headers, body, AbortSignal.any([stopping, late.signal]));
    } catch (error) {
      if (stopping.aborted) return { is: 'aborted' };
      if (late.signal.aborted) {
        return { is: 'failed', status: null, failure: `No answer within ${ATTEMPT_LIMIT_MS / 1_000} s.` };
      }
      return { is: 'failed', status: null, failure: sentenceOf(error) };
    } finally {
      cancel();
    }
  }

  async #attempt(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const addresses = await abortable(this.#addresses.of(url.hostname.replace(/^\[|\]$/g, '')), signal);
    if (!this.#allowsPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
      const failure =
        'The address belongs to this machine or a private network; SWITCHBOARD_WEBHOOKS_PRIVATE=on would allow it.';
      return { is: 'refused', failure };
    }
    const status = await post(
      url,
      pinnedTo(addresses),
      { 'User-Agent': `Switchboard/${VERSION}`, ...headers },
      body,
      signal,
    );
    if (status >= 200 && status < 300) return { is: 'delivered', status };
    const failure =
      status >= 300 && status < 400
        ? `It answered ${status}, and redirects are not followed: give the address that it leads to.`
        : `It answered ${status}.`;
    return { is: 'failed', status, failure };
  }
}

/** Resolves with the status of the answer; its body is not read. */
function post(
  url: URL,
  pinned: LookupFunction,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const bytes = Buffer.from(body);
  const options: RequestOptions = {
    method: 'POST',
    lookup: pinned,
    // No agent: a connection that is kept would be one to an address that was checked for another request.
    agent: false,
    headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': bytes.length },
    signal,
  };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    };
    const request: ClientRequest =
      url.protocol === 'https:' ? httpsRequest(url, options, answered) : httpRequest(url, options, answered);
    request.on('error', reject);
    request.end(bytes);
  });
}

/** Connects to just these. Node asks for one address or for all, as its version and setting want it. */
export function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (hostname, { all }, done) => {
    const [first] = addresses;
    if (first === undefined) done(new Error(`${hostname} has no address`), '');
    else if (all === true) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };
}

/** Rejects when the signal says so, if it is not settled by then. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

/** What the system says, which names neither the body nor the secret. */
function sentenceOf(error: unknown): string {
  const text =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error);
  return `It cannot be reached: ${text}`.slice(0, MAX_FAILURE_CHARACTERS);
}
