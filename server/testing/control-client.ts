import { once } from 'node:events';
import {
  checkReply,
  decodeServerFrame,
  encodeRequest,
  PROTOCOL_VERSION,
  SwitchboardError,
  type ControlEvent,
  type Credentials,
  type EventData,
  type EventType,
  type NumberedEvent,
  type Reply,
  type ReplyData,
  type RequestData,
  type RequestType,
  type Welcome,
} from '@switchboard/protocol';
import { WebSocket, type ClientOptions } from 'ws';

/** A queue that can be waited on. */
class Inbox<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: { readonly fits: (item: T) => boolean; readonly resolve: (item: T) => void }[] = [];

  put(item: T): void {
    const at = this.#waiting.findIndex(({ fits }) => fits(item));
    if (at === -1) this.#arrived.push(item);
    else for (const { resolve } of this.#waiting.splice(at, 1)) resolve(item);
  }

  /** The earliest that fits and was not taken yet, when it is there. */
  take(fits: (item: T) => boolean): Promise<T> {
    const at = this.#arrived.findIndex(fits);
    const [found] = at === -1 ? [] : this.#arrived.splice(at, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }
}

/** The control lane as a client sees it, without any cleverness: what is sent is what the test says. */
export class ControlClient {
  readonly socket: WebSocket;
  /** Every event so far, in the order it came. */
  readonly events: NumberedEvent[] = [];
  /** The code that the socket was closed with. */
  readonly closed: Promise<number>;
  readonly #inbox = new Inbox<ControlEvent>();
  readonly #replies = new Inbox<Reply>();
  #requestId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#take(data.toString()));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async connect(port: number, options: ClientOptions & { secure?: boolean } = {}): Promise<ControlClient> {
    const { secure = false, ...rest } = options;
    const client = new ControlClient(new WebSocket(`${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/control`, rest));
    await once(client.socket, 'open');
    return client;
  }

  get seq(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  /** @throws SwitchboardError as the server answers. */
  async request<T extends RequestType>(type: T, data: RequestData<T>): Promise<ReplyData<T>> {
    const id = ++this.#requestId;
    this.socket.send(encodeRequest(type, id, data));
    return this.#replyTo(type, id);
  }

  async hello(credentials: Credentials): Promise<Welcome> {
    return this.request('session.hello', {
      protocol: PROTOCOL_VERSION,
      client: { name: 'spec', version: '1' },
      credentials,
    });
  }

  /** Sends any text or bytes; the answer is the next reply without an id of ours. */
  send(raw: string | Uint8Array): void {
    this.socket.send(raw);
  }

  /** The next reply that nobody waits for yet. */
  nextReply(): Promise<Reply> {
    return this.#replies.take(() => true);
  }

  /** The data of the next event of this type, if need be of the next that fits. */
  async event<T extends EventType>(type: T, fits: (data: EventData<T>) => boolean = () => true): Promise<EventData<T>> {
    const event = await this.#inbox.take((candidate) => candidate.type === type && fits(candidate.data));
    return event.data;
  }

  /** After this, all that the server had sent before is in `events`: it answers in order. */
  async settle(): Promise<void> {
    await this.request('session.ping', {});
  }

  eventsOf<T extends EventType>(type: T): EventData<T>[] {
    return this.events.filter(({ event }) => event.type === type).map(({ event }) => event.data as EventData<T>);
  }

  /** As someone who closes the page. */
  async close(code = 1000): Promise<void> {
    this.socket.close(code);
    await this.closed;
  }

  /** As a network that is gone. */
  async drop(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  #take(text: string): void {
    const frame = decodeServerFrame(text);
    if (frame === undefined || frame.kind === 'unknown') throw new Error('the server sent what the protocol has not');
    if (frame.kind === 'reply') {
      this.#replies.put(frame);
    } else {
      this.events.push(frame);
      this.#inbox.put(frame.event);
    }
  }

  async #replyTo<T extends RequestType>(type: T, id: number): Promise<ReplyData<T>> {
    const lost = this.closed.then(() => {
      throw new SwitchboardError('client.disconnected');
    });
    const reply = await Promise.race([this.#replies.take((candidate) => candidate.id === id), lost]);
    if (!reply.ok) {
      const { code, message, field } = reply.error;
      throw new SwitchboardError(code, message, field === undefined ? {} : { field });
    }
    const data = checkReply(type, reply.data);
    if (data === undefined || reply.type !== type) throw new Error(`the reply to ${type} does not fit its schema`);
    return data;
  }
}
