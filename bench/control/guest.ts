import { once } from 'node:events';
import {
  checkReply,
  decodeServerFrame,
  encodeRequest,
  PROTOCOL_VERSION,
  type ReplyData,
  type RequestData,
  type RequestType,
  type VoiceGrant,
} from '@switchboard/protocol';
import { WebSocket, type RawData } from 'ws';
import { HOST } from '../relay/target.ts';

const REPLY_LIMIT_MS = 30_000;
/** How each message of the server begins that is an answer: events have no `ok`. */
const REPLY_MARK = '"ok":';

/** One WebSocket of the control lane. It reads no more of what comes than it is asked to: two thousand of them share a thread. */
export class Guest {
  /** Given each event as it comes, unread. */
  onEvent: (text: string) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (text: string) => void>();
  #lastId = 0;
  #welcome: ReplyData<'session.hello'> | undefined;

  /** Somebody new, who has come in. @throws Error as the server refuses it. */
  static async enter(controlPort: number, nickname: string): Promise<Guest> {
    const socket = new WebSocket(`ws://${HOST}:${controlPort}/control`, { perMessageDeflate: false });
    const guest = new Guest(socket);
    await once(socket, 'open');
    const client = { name: 'benchmark', version: '1' };
    const credentials = { type: 'guest', nickname } as const;
    guest.#welcome = await guest.request('session.hello', { protocol: PROTOCOL_VERSION, client, credentials });
    return guest;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(textOf(data)));
  }

  /** @throws Error if there is none of this name. */
  channelId(name: string): string {
    const channel = this.#welcome?.channels.find((candidate) => candidate.name === name);
    if (channel === undefined) throw new Error(`There is no channel ${name}`);
    return channel.id;
  }

  /** A large server's is large, and of no use any more. */
  forgetWelcome(): void {
    this.#welcome = undefined;
  }

  async join(channelId: string): Promise<VoiceGrant> {
    return (await this.request('channel.join', { channelId })).voice;
  }

  /** @throws Error as the server refuses it, or does not answer. */
  async request<T extends RequestType>(type: T, data: RequestData<T>): Promise<ReplyData<T>> {
    const frame = decodeServerFrame(await this.#answerTo(type, data));
    if (frame?.kind !== 'reply' || frame.type !== type) throw new Error(`${type} was answered with something else`);
    if (!frame.ok) throw new Error(`${type} was refused: ${frame.error.message}`);
    const reply = checkReply(type, frame.data);
    if (reply === undefined) throw new Error(`The reply to ${type} does not fit`);
    return reply;
  }

  /** Calls `answered` with the reply, unread. */
  send<T extends RequestType>(type: T, data: RequestData<T>, answered: (text: string) => void): void {
    const id = ++this.#lastId;
    this.#waiting.set(id, answered);
    this.#socket.send(encodeRequest(type, id, data));
  }

  async leave(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #answerTo<T extends RequestType>(type: T, data: RequestData<T>): Promise<string> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${type} was not answered`)), REPLY_LIMIT_MS);
      this.send(type, data, (text) => {
        clearTimeout(limit);
        resolve(text);
      });
    });
  }

  #take(text: string): void {
    if (!text.slice(0, 100).includes(REPLY_MARK)) {
      this.onEvent(text);
      return;
    }
    const id = Number(/"id":(\d+)/.exec(text)?.[1]);
    const answered = this.#waiting.get(id);
    this.#waiting.delete(id);
    answered?.(text);
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString();
}
