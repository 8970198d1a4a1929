import {
  parseHostMessage,
  type CallView,
  type HostMessage,
  type PageMessage,
  type Section,
} from '../panel-messages.ts';
import { RemoteClient } from './remote-client.ts';

/** What carries messages to the host and back, and keeps a value while the page is out of sight. */
export interface HostPort {
  post(message: PageMessage): void;
  /** Calls with anything that comes from the host; the returned function stops it. */
  listen(listener: (received: unknown) => void): () => void;
  /** What `save` was given last, by this page or the one before; anything, where something else was. */
  load(): unknown;
  save(value: unknown): void;
}

/** What the page hears of the host besides the client's state. */
export interface HostEvents {
  /** The call, the client or the window's focus is another. */
  changed(): void;
  show(section: Section): void;
}

/** The page's end of the line to the host. */
export class HostLink {
  readonly #port: HostPort;
  readonly #events: HostEvents;
  readonly #stop: () => void;
  #call: CallView | null = null;
  #client: RemoteClient | null = null;
  #readId: string | null = null;
  #focused = true;

  constructor(port: HostPort, events: HostEvents) {
    this.#port = port;
    this.#events = events;
    this.#stop = port.listen((received) => {
      const message = parseHostMessage(received);
      if (message !== null) this.#take(message);
    });
    port.post({ type: 'ready' });
  }

  /** Null until the host has spoken. */
  get call(): CallView | null {
    return this.#call;
  }

  /** The client of an open call. */
  get client(): RemoteClient | null {
    return this.#call?.status === 'open' && this.#client?.number === this.#call.client ? this.#client : null;
  }

  /** Up to where messages had been read when the page was loaded. */
  get readId(): string | null {
    return this.#readId;
  }

  get focused(): boolean {
    return this.#focused;
  }

  close(): void {
    this.#stop();
    this.#client?.end();
  }

  #take(message: HostMessage): void {
    switch (message.type) {
      case 'call':
        this.#call = message.call;
        this.#events.changed();
        break;
      case 'state':
        this.#client?.end();
        this.#client = new RemoteClient(message.client, message.state, (sent) => this.#port.post(sent));
        this.#readId = message.readId;
        this.#events.changed();
        break;
      case 'patch':
        if (message.client === this.#client?.number) this.#client.patch(message.patch);
        break;
      case 'level':
        this.#client?.level(message.dbfs);
        break;
      case 'answer':
        if (message.client === this.#client?.number) this.#client.answer(message.id, message.outcome);
        break;
      case 'focus':
        this.#focused = message.focused;
        this.#events.changed();
        break;
      case 'show':
        this.#events.show(message.section);
        break;
    }
  }
}
