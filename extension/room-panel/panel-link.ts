import type { Clock, Problem, VoiceClientApi } from '@switchboard/client';
import { ERROR_SENTENCES, SwitchboardError, type ErrorCode, type Message } from '@switchboard/protocol';
import type { CallState, Calls } from '../calls/calls.ts';
import { checkedCall } from './client-calls.ts';
import { HeldKeys } from './held-keys.ts';
import {
  parsePageMessage,
  type Act,
  type CallView,
  type HostMessage,
  type PageMessage,
  type Section,
} from './panel-messages.ts';
import { StateFeed } from './state-feed.ts';
import { UnreadMessages } from './unread-messages.ts';

type CallMessage = Extract<PageMessage, { readonly type: 'call' }>;

/** What the room view has the editor do. */
export interface PanelEditor {
  act(act: Act, call: CallState): void;
  openLink(href: string): void;
  /** The code of a message shall be shown where it belongs. */
  openCode(message: Message): void;
  /** The call, its room or the number of unread messages may be another. */
  changed(): void;
  /** For the log: what went wrong, and never what somebody wrote. */
  log(text: string): void;
}

/**
 * The host's end of the room view. The page comes and goes with the view: while it is there it is told of each change, and what
 * it asks for is done, if it is something that it may ask for. Knows no editor.
 */
export class PanelLink {
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #editor: PanelEditor;
  readonly #unread = new UnreadMessages();
  readonly #held = new HeldKeys();
  readonly #stopCalls: () => void;
  #client: VoiceClientApi | null = null;
  #stopClient: (() => void) | undefined;
  /** Counts up with each client; what was meant for the one before reaches none. */
  #number = 0;
  #post: ((message: HostMessage) => void) | null = null;
  /** Counts up with each page; what one has asked for is not answered to the next. */
  #page = 0;
  /** There is a page, and it listens. */
  #ready = false;
  #feed: StateFeed | undefined;
  #stopMeter: (() => void) | undefined;
  #focused = true;
  /** To be shown as soon as there is a page. */
  #section: Section | null = null;
  #refused = 0;

  constructor(calls: Calls, clock: Clock, editor: PanelEditor) {
    this.#calls = calls;
    this.#clock = clock;
    this.#editor = editor;
    this.#followClient();
    this.#stopCalls = calls.subscribe(() => this.#callChanged());
  }

  /** Messages of others that have not been seen. */
  get unread(): number {
    return this.#unread.count;
  }

  /** What came from the page and was nothing that it may say. */
  get refused(): number {
    return this.#refused;
  }

  /** From now on there is a view; its page will say `ready`. */
  attach(post: (message: HostMessage) => void): void {
    this.detach();
    this.#post = post;
  }

  /** The view is gone. */
  detach(): void {
    this.hide();
    this.#post = null;
  }

  /** The view is out of sight, and its page gone, perhaps with a button held. */
  hide(): void {
    this.#ready = false;
    this.#silence();
  }

  /** Whether the editor's window has the focus. */
  focus(focused: boolean): void {
    this.#focused = focused;
    this.#tell({ type: 'focus', focused });
  }

  show(section: Section): void {
    if (this.#ready) this.#tell({ type: 'show', section });
    else this.#section = section;
  }

  /** Anything that came from the page. */
  receive(received: unknown): void {
    const message = parsePageMessage(received);
    if (message === null || !this.#take(message)) this.#refused++;
  }

  close(): void {
    this.detach();
    this.#stopClient?.();
    this.#stopCalls();
  }

  #take(message: PageMessage): boolean {
    switch (message.type) {
      case 'ready':
        this.#begin();
        return true;
      case 'call':
        return this.#call(message);
      case 'act':
        this.#editor.act(message.act, this.#calls.state);
        return true;
      case 'meter':
        this.#meter(message.on);
        return true;
      case 'read':
        this.#unread.read(message.messageId);
        if (this.#client !== null) this.#unread.follow(this.#client.state);
        this.#editor.changed();
        return true;
      case 'link':
        this.#editor.openLink(message.href);
        return true;
      case 'code':
        return this.#openCode(message.messageId);
    }
  }

  #tell(message: HostMessage): void {
    if (this.#ready) this.#post?.(message);
  }

  /** All that a page has to know that has just been loaded. */
  #begin(): void {
    this.#silence();
    this.#ready = true;
    this.#page++;
    this.#tell({ type: 'focus', focused: this.#focused });
    this.#tell({ type: 'call', call: callView(this.#calls.state, this.#number) });
    this.#tellState();
    if (this.#section !== null) this.#tell({ type: 'show', section: this.#section });
    this.#section = null;
  }

  #tellState(): void {
    const [client, number] = [this.#client, this.#number];
    if (client === null || !this.#ready) return;
    this.#tell({ type: 'state', client: number, state: client.state, readId: this.#unread.readId });
    this.#feed = new StateFeed(client, this.#clock, (patch) => this.#tell({ type: 'patch', client: number, patch }));
  }

  #silence(): void {
    this.#feed?.close();
    this.#feed = undefined;
    this.#meter(false);
    if (this.#client !== null) this.#held.release(this.#client);
  }

  #callChanged(): void {
    const before = this.#client;
    this.#followClient();
    this.#tell({ type: 'call', call: callView(this.#calls.state, this.#number) });
    if (this.#client !== before) this.#tellState();
    this.#editor.changed();
  }

  #followClient(): void {
    const { state } = this.#calls;
    const client = 'client' in state ? state.client : null;
    if (client === this.#client) return;
    this.#silence();
    this.#stopClient?.();
    this.#client = client;
    this.#number++;
    this.#stopClient = client?.subscribe((next) => {
      this.#unread.follow(next);
      this.#editor.changed();
    });
    if (client !== null) this.#unread.follow(client.state);
    else this.#unread.forget();
  }

  #meter(on: boolean): void {
    this.#stopMeter?.();
    this.#stopMeter = on ? this.#client?.onLevel((dbfs) => this.#tell({ type: 'level', dbfs })) : undefined;
  }

  #openCode(messageId: string): boolean {
    const entry = this.#client?.state.chat.entries.find((one) => one.status === 'sent' && one.message.id === messageId);
    if (entry?.status !== 'sent') return false;
    this.#editor.openCode(entry.message);
    return true;
  }

  #call({ client: number, id, method, args }: CallMessage): boolean {
    const act = checkedCall(method, args);
    const client = number === this.#number ? this.#client : null;
    if (act === undefined || client === null) {
      this.#answer(number, id, {
        ok: false,
        problem: sentenceOf(act === undefined ? 'protocol.invalid' : 'client.closed'),
      });
      return act !== undefined;
    }
    this.#held.note(method, args);
    void this.#perform(number, id, () => act(client));
    return true;
  }

  async #perform(number: number, id: number | null, act: () => unknown): Promise<void> {
    const page = this.#page;
    const outcome = await this.#outcome(act);
    if (page !== this.#page) return;
    // What a call has changed shows in the state when it is over.
    this.#feed?.flush();
    this.#answer(number, id, outcome);
  }

  async #outcome(act: () => unknown): Promise<Outcome> {
    try {
      return { ok: true, value: await act() };
    } catch (error) {
      if (SwitchboardError.is(error)) return { ok: false, problem: problemOf(error) };
      this.#editor.log(`A request of the room view failed: ${String(error)}`);
      return { ok: false, problem: sentenceOf('server.internal') };
    }
  }

  #answer(client: number, id: number | null, outcome: Outcome): void {
    if (id !== null) this.#tell({ type: 'answer', client, id, outcome });
  }
}

type Outcome = Extract<HostMessage, { readonly type: 'answer' }>['outcome'];

function problemOf({ code, message, field, retryAfterMs }: SwitchboardError): Problem {
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function sentenceOf(code: ErrorCode): Problem {
  return { code, message: ERROR_SENTENCES[code] };
}

function callView(state: CallState, client: number): CallView {
  if (state.status === 'none') return { status: 'none' };
  const { bookmark } = state;
  const server = bookmark.name;
  switch (state.status) {
    case 'connecting':
      return { status: 'connecting', server };
    case 'open':
      return { status: 'open', server, client };
    case 'ended':
      return { status: 'ended', server, account: bookmark.signIn.type === 'account', problem: state.problem };
  }
}
