import {
  MAX_PLUGIN_FETCHES,
  MAX_PLUGIN_RESPONSE_BYTES,
  PLUGIN_FETCH_TIMEOUT_MS,
  SwitchboardError,
  type PluginFetch,
  type PluginManifest,
} from '@switchboard/protocol';
import type { Clock } from '../platform/platform.ts';
import { fetchFault } from './fetch-rules.ts';

/** What `on_http` is told, without its request's number. */
export interface PluginFetchAnswer {
  readonly status: number | null;
  readonly body: string;
  /** Why there was no answer, for the plugin's author; empty where there was one. */
  readonly error: string;
}

/** As much of the Fetch standard's `fetch` as is used. */
export type FetchFunction = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | null;
    readonly redirect: 'error';
    readonly credentials: 'omit';
    readonly cache: 'no-store';
    readonly referrerPolicy: 'no-referrer';
    readonly signal: AbortSignal;
  },
) => Promise<FetchedResponse>;

export interface FetchedResponse {
  readonly status: number;
  readonly body: { getReader(): ResponseReader } | null;
}

interface ResponseReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** Sends a request that has been looked at. @throws what the network has to say; a SwitchboardError's sentence is passed on */
export type SendPluginFetch = (request: PluginFetch) => Promise<{ readonly status: number; readonly body: string }>;

/** The requests of one plugin: to the hosts that its manifest names, and a few at a time. */
export class PluginHttp {
  readonly #hosts: readonly string[];
  readonly #send: SendPluginFetch;
  #open = 0;

  constructor({ manifest, send }: { manifest: Pick<PluginManifest, 'permissions'>; send: SendPluginFetch }) {
    this.#hosts = manifest.permissions.flatMap((permission) => (permission.name === 'http' ? permission.hosts : []));
    this.#send = send;
  }

  /** Never rejects. */
  async fetch(request: PluginFetch): Promise<PluginFetchAnswer> {
    const fault = fetchFault(request, this.#hosts);
    if (fault !== undefined) return noAnswer(fault);
    if (this.#open >= MAX_PLUGIN_FETCHES) return noAnswer(`More than ${MAX_PLUGIN_FETCHES} requests at once.`);
    this.#open++;
    try {
      return { ...(await this.#send(request)), error: '' };
    } catch (error) {
      // Anything else may tell of the network that people are in.
      return noAnswer(SwitchboardError.is(error) ? error.message : 'The host could not be reached.');
    } finally {
      this.#open--;
    }
  }
}

function noAnswer(error: string): PluginFetchAnswer {
  return { status: null, body: '', error };
}

/**
 * Sends a plugin's request without anything of the person's, and reads the answer: within ten seconds, up to 256 KiB.
 *
 * @throws SwitchboardError `plugin.quota` if there is more, or it takes longer; `access.denied` where it leads elsewhere; what `fetch` throws
 */
export async function sendPluginFetch(
  fetch: FetchFunction,
  clock: Clock,
  { method, url, headers, body }: PluginFetch,
): Promise<{ readonly status: number; readonly body: string }> {
  const controller = new AbortController();
  const cancelTimeout = clock.after(PLUGIN_FETCH_TIMEOUT_MS, () => controller.abort());
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      body: body === '' ? null : body,
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    });
    if (isRedirect(response.status)) {
      throw new SwitchboardError('access.denied', 'The host redirects, which is not followed.');
    }
    return { status: response.status, body: await readText(response) };
  } catch (cause) {
    if (!controller.signal.aborted) throw cause;
    const sentence = `There was no whole answer within ${PLUGIN_FETCH_TIMEOUT_MS / 1000} s.`;
    throw new SwitchboardError('plugin.quota', sentence, { cause });
  } finally {
    cancelTimeout();
    // Also what is still to come of an answer that nobody reads on.
    controller.abort();
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function readText({ body }: FetchedResponse): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const bytes = new Uint8Array(MAX_PLUGIN_RESPONSE_BYTES);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return new TextDecoder().decode(bytes.subarray(0, length));
    if (length + value.length > MAX_PLUGIN_RESPONSE_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw new SwitchboardError('plugin.quota', `The answer is larger than ${MAX_PLUGIN_RESPONSE_BYTES / 1024} KiB.`);
    }
    bytes.set(value, length);
    length += value.length;
  }
}
