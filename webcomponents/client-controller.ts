import type { ClientState, VoiceClientApi } from '@switchboard/client';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface ClientHost extends ReactiveControllerHost {
  readonly client: VoiceClientApi | null;
}

export type ClientStatePart = keyof ClientState;

/**
 * Follows the client of an element: subscribes while it is connected, follows a change of client, and asks for an
 * update when a part of the state that the element shows has changed. Parts are compared by identity.
 */
export class ClientController implements ReactiveController {
  readonly #host: ClientHost;
  readonly #parts: readonly ClientStatePart[];
  readonly #changed: ((state: ClientState, before: ClientState) => void) | undefined;
  #client: VoiceClientApi | null = null;
  #stop: (() => void) | undefined;
  #state: ClientState | null = null;

  /** @param changed called after each change of the watched parts, before the update */
  constructor(
    host: ClientHost,
    parts: readonly ClientStatePart[],
    changed?: (state: ClientState, before: ClientState) => void,
  ) {
    this.#host = host;
    this.#parts = parts;
    this.#changed = changed;
    host.addController(this);
  }

  /** Null while the element has no client. */
  get state(): ClientState | null {
    return this.#state;
  }

  hostConnected(): void {
    this.#follow(this.#host.client);
  }

  hostUpdate(): void {
    if (this.#host.client !== this.#client) this.#follow(this.#host.client);
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#client = null;
  }

  #follow(client: VoiceClientApi | null): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#client = client;
    this.#state = client?.state ?? null;
    this.#stop = client?.subscribe((state) => this.#next(state));
  }

  #next(state: ClientState): void {
    const before = this.#state;
    this.#state = state;
    if (before === null || !this.#parts.some((part) => before[part] !== state[part])) return;
    this.#changed?.(state, before);
    this.#host.requestUpdate();
  }
}
