import type { VoiceClientApi } from '@switchboard/client';
import type { ReactiveController } from 'lit';
import type { ClientHost } from './client-controller.ts';

const SILENT_DBFS = -Infinity;

/** Follows the microphone's level of an element's client while the element is connected, and asks for an update at each. */
export class LevelController implements ReactiveController {
  readonly #host: ClientHost;
  #client: VoiceClientApi | null = null;
  #stop: (() => void) | undefined;
  #dbfs = SILENT_DBFS;

  constructor(host: ClientHost) {
    this.#host = host;
    host.addController(this);
  }

  /** −∞ until one is heard. */
  get dbfs(): number {
    return this.#dbfs;
  }

  hostConnected(): void {
    this.#follow(this.#host.client);
  }

  hostUpdate(): void {
    if (this.#host.client !== this.#client) this.#follow(this.#host.client);
  }

  hostDisconnected(): void {
    this.#follow(null);
  }

  #follow(client: VoiceClientApi | null): void {
    this.#stop?.();
    this.#client = client;
    this.#dbfs = SILENT_DBFS;
    this.#stop = client?.onLevel((dbfs) => {
      this.#dbfs = dbfs;
      this.#host.requestUpdate();
    });
  }
}
