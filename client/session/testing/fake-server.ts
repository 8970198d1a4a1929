import {
  checkReply,
  decodeRequest,
  encodeErrorReply,
  encodeEvent,
  encodeReply,
  ERROR_SENTENCES,
  isRefusal,
  numberEvent,
  PROTOCOL_VERSION,
  type Channel,
  type ControlEvent,
  type ErrorCode,
  type Member,
  type Message,
  type PluginCatalogue,
  type Request,
  type RequestType,
  type VoiceGrant,
  type Welcome,
} from '@switchboard/protocol';
import type { ControlSocket, ControlSocketEvents } from '../../platform/platform.ts';

export const CHANNEL_AUDIO = { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null } as const;

export function aChannel(id: string, with_: Partial<Channel> = {}): Channel {
  return {
    id,
    serverId: 's1',
    parentId: null,
    name: id,
    topic: '',
    position: 0,
    locked: false,
    memberLimit: null,
    slowModeS: 0,
    temporary: false,
    audio: CHANNEL_AUDIO,
    ...with_,
  };
}

export function aMember(id: string, with_: Partial<Member> = {}): Member {
  return {
    id,
    userId: `user-${id}`,
    nickname: id,
    status: '',
    channelId: null,
    muted: false,
    deafened: false,
    serverMuted: false,
    serverDeafened: false,
    reconnecting: false,
    guest: true,
    role: null,
    ...with_,
  };
}

export function aMessage(id: string, with_: Partial<Message> = {}): Message {
  return {
    id,
    channelId: 'lobby',
    author: { userId: 'user-bob', nickname: 'bob' },
    text: `text of ${id}`,
    code: null,
    nonce: `nonce-${id}`,
    createdAt: 1,
    editedAt: null,
    deletedAt: null,
    plugin: null,
    ...with_,
  };
}

export function aGrant(channelId: string, with_: Partial<VoiceGrant> = {}): VoiceGrant {
  return {
    token: 7,
    hopKey: '0'.repeat(32),
    epoch: { channelId, epoch: 0, secret: '0'.repeat(64) },
    members: [],
    whispers: [],
    audio: CHANNEL_AUDIO,
    lanes: { dataChannel: false, udp: { port: 7702 } },
    ...with_,
  };
}

/** How the server answers: with data, with a code, or not at all. */
type Answer =
  | { readonly data: unknown }
  | { readonly code: ErrorCode; readonly message?: string; readonly retryAfterMs?: number }
  | 'silence';
type Script = { [T in RequestType]?: (data: Extract<Request, { type: T }>['data']) => Answer };

/** One socket as the server sees it. */
export class FakeSocket implements ControlSocket {
  readonly address: string;
  closedByClient: number | null = null;
  readonly #events: ControlSocketEvents;
  readonly #server: FakeServer;
  #open = true;

  constructor(address: string, events: ControlSocketEvents, server: FakeServer) {
    this.address = address;
    this.#events = events;
    this.#server = server;
  }

  accept(): void {
    this.#events.opened();
  }

  send(text: string): void {
    const request = decodeRequest(text);
    if (isRefusal(request)) throw new Error(`the client sent nonsense: ${text}`);
    this.#server.receive(this, request);
  }

  close(code: number): void {
    this.#open = false;
    this.closedByClient = code;
  }

  deliver(text: string): void {
    if (this.#open) this.#events.message(text);
  }

  /** The network, or the server, ends it. */
  break(code = 1006): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.closed(code);
  }
}

/** A server in a few lines, for what the real one cannot be told to do: to be silent, to restart, to lose a reply. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  /** Whether new sockets open. */
  up = true;
  seq = 0;
  protocol = PROTOCOL_VERSION;
  channels: Channel[] = [aChannel('lobby'), aChannel('pair', { position: 1 })];
  members: Member[] = [aMember('bob', { channelId: 'lobby' })];
  messages: Message[] = [];
  self = aMember('ada');
  /** What a guest may do on a new server. */
  permissions: string[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];
  channelPermissions: Record<string, string[]> = {};
  plugins: PluginCatalogue = { offers: [], commands: [] };
  #sessions = 0;
  #targetToken = 100;
  #secrets = 0;
  script: Script = {};

  discovery(): unknown {
    return {
      switchboard: { protocol: this.protocol, version: '1' },
      name: 'Test',
      control: { port: 7701 },
      guests: true,
    };
  }

  open(address: URL, events: ControlSocketEvents): FakeSocket {
    const socket = new FakeSocket(address.href, events, this);
    this.sockets.push(socket);
    queueMicrotask(() => (this.up ? socket.accept() : socket.break()));
    return socket;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** What was asked, most recent last. */
  asked<T extends RequestType>(type: T): Extract<Request, { type: T }>['data'][] {
    return this.requests.filter((request) => request.type === type).map(({ data }) => data) as never;
  }

  tell(event: ControlEvent): void {
    this.socket.deliver(numberEvent(encodeEvent(event), ++this.seq));
  }

  receive(socket: FakeSocket, request: Request): void {
    this.requests.push(request);
    const scripted = this.script[request.type] as ((data: unknown) => Answer) | undefined;
    const answer = scripted?.(request.data) ?? { data: this.answer(request) };
    if (answer === 'silence') return;
    const { type, id } = request;
    if ('data' in answer && checkReply(type, answer.data) === undefined)
      throw new Error(`the script of ${type} answers nonsense`);
    const text =
      'code' in answer
        ? encodeErrorReply(type, id, { message: ERROR_SENTENCES[answer.code], ...answer })
        : encodeReply(type, id, answer.data as never);
    queueMicrotask(() => socket.deliver(text));
  }

  /** As the real server would. */
  answer(request: Request): unknown {
    switch (request.type) {
      case 'session.hello':
        return this.welcome();
      case 'session.resume':
        return { secret: this.#secret() };
      case 'channel.join': {
        const { channelId } = request.data;
        this.self = { ...this.self, channelId };
        return { channelId, voice: aGrant(channelId) };
      }
      case 'channel.leave':
        this.self = { ...this.self, channelId: null };
        return {};
      case 'channel.createTemporary': {
        const { name, parentId } = request.data;
        return aChannel(`temporary-${name}`, { name, parentId, temporary: true });
      }
      case 'self.update':
        this.self = { ...this.self, ...request.data } as Member;
        return this.self;
      case 'whisper.set':
        return { targetToken: ++this.#targetToken, secret: '2'.repeat(64) };
      case 'message.send': {
        const { channelId, nonce, text, code = null } = request.data;
        const author = { userId: this.self.userId, nickname: this.self.nickname };
        const stored = this.messages.find((message) => message.nonce === nonce);
        if (stored !== undefined) return stored;
        const id = `m${String(this.messages.length).padStart(4, '0')}`;
        const message = aMessage(id, { channelId, nonce, text, code, author });
        this.messages.push(message);
        return message;
      }
      case 'message.history': {
        const { channelId, before, limit } = request.data;
        const older = this.messages.filter(
          (message) => message.channelId === channelId && (before === undefined || message.id < before),
        );
        return { messages: older.slice(-limit), more: older.length > limit };
      }
      case 'command.invoke':
        return { reply: `${request.data.name}: ${request.data.args}`, pluginName: 'Of the server' };
      case 'message.edit':
      case 'message.delete':
        return this.messages.find(({ id }) => id === request.data.messageId)!;
      default:
        return {};
    }
  }

  welcome(): Welcome {
    this.self = { ...this.self, channelId: null };
    return {
      session: { id: `session-${++this.#sessions}`, secret: this.#secret(), graceMs: 60_000 },
      self: this.self,
      servers: [{ id: 's1', name: 'Test' }],
      channels: this.channels,
      members: [...this.members, this.self],
      permissions: this.permissions,
      channelPermissions: this.channelPermissions,
      plugins: this.plugins,
      seq: this.seq,
    };
  }

  #secret(): string {
    return String(++this.#secrets).padStart(64, '0');
  }
}
