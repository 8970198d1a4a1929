import type { ChatEntry, ClientState, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ClientController } from '../client-controller.ts';
import type { VoiceDraftEvent } from '../events/voice-draft.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { VoiceReadEvent } from '../events/voice-read.ts';
import { VoiceUnreadEvent } from '../events/voice-unread.ts';
import { chatIcon, downIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-composer/voice-composer.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-message/voice-message.ts';
import { chatItems, countUnread, entryKey, newestId, type ChatItem, type ChatView } from './chat-items.ts';
import { styles } from './voice-chat.styles.ts';

/** This near to the end of the log counts as reading it. */
const NEAR_PX = 48;
/** Older messages are asked for this far from the top. */
const AHEAD_PX = 400;

/**
 * The chat of the room one is in: history that loads upwards without moving what is read, new messages with a marker,
 * and the field to write. New messages are announced by `voice-announcer`, so the log itself keeps quiet.
 *
 * @customElement voice-chat
 * @fires {VoiceUnreadEvent} voice-unread - the number of unread messages has changed
 * @fires {VoiceReadEvent} voice-read - messages have been seen
 * @fires {VoiceDraftEvent} voice-draft - what is being written has changed
 * @fires {VoiceCodeOpenEvent} voice-code-open - the place of a message's code is to be shown; only with `codeOpens`
 * @fires {VoiceErrorEvent} voice-error - something with a message failed
 * @csspart log - the messages
 */
@define('voice-chat')
export class VoiceChat extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** Out of view, in another tab of the room: what comes meanwhile is unread. */
  @property({ type: Boolean }) covered = false;
  /** Somebody listens to `voice-code-open`. */
  @property({ type: Boolean, attribute: 'code-opens' }) codeOpens = false;
  /** Somebody looks at the window; null to ask the page, which does not know it of a window around its frame. */
  @property({ attribute: false }) watched: boolean | null = null;
  /** To go on with where the log was shown before: the newest message that was seen then, and what was being written. */
  @property({ attribute: false }) seenId: string | null = null;
  @property({ attribute: false }) draft = '';

  @state() private atEnd = true;
  /** The message before the marker. */
  @state() private markerId: string | null = null;
  @state() private activeKey = '';
  @query('[part=log]') private readonly log!: HTMLElement | null;
  readonly #client: ClientController;
  #unread = 0;
  /** The newest message that was seen; null until the history has come. */
  #readId: string | null = null;
  /** Messages grow after they are added: the end must stay in sight. */
  readonly #grown = new ResizeObserver(() => {
    this.#settle();
    if (this.log !== null) this.#fill(this.log);
  });
  #settledPx = 0;
  #place: { readonly topPx: number } | { readonly fromEndPx: number } | undefined;

  constructor() {
    super();
    const parts = ['chat', 'channelId', 'members', 'channels', 'permissions', 'channelPermissions'] as const;
    this.#client = new ClientController(this, parts, (after, before) => {
      if (after.channelId !== before.channelId) this.#forget();
      else if (before.chat !== after.chat) this.#follow(before, after);
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('focus', this.#seen);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('focus', this.#seen);
    this.#grown.disconnect();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const { text } = this;
    if (current.channelId === null) return this.#empty(text.chatClosed);
    const { chat } = current;
    const items = chatItems(this.#view(current, this.markerId), (atMs) => new Date(atMs).toDateString());
    const last = chat.entries.at(-1);
    const keys = chat.entries.map(entryKey);
    const active = keys.includes(this.activeKey) ? this.activeKey : last === undefined ? '' : entryKey(last);
    const room = current.channels.find(({ id }) => id === current.channelId)?.name ?? '';
    return html`<div
        part="log"
        role="log"
        aria-live="off"
        aria-label=${text.messages}
        tabindex="-1"
        @scroll=${this.#scrolled}
        @keydown=${this.#keydown}
      >
        <div class="stack">
          ${this.#top(current, room)}
          ${repeat(
            items,
            (item) => item.key,
            (item) => this.#item(item, current, active),
          )}
        </div>
      </div>
      <div class="bottom">
        ${
          this.atEnd
            ? nothing
            : html`<button class="button jump" @click=${this.#toEnd}>
                ${downIcon}${text.jumpToNewest(countUnread(this.#view(current, this.#readId)))}
              </button>`
        }
        <voice-composer
          .client=${this.client}
          .draft=${this.draft}
          @voice-draft=${this.#drafted}
          @voice-edit-last=${this.#editLast}
        ></voice-composer>
      </div>`;
  }

  protected override willUpdate(): void {
    const current = this.#client.state;
    if (this.#readId !== null || this.seenId === null || current === null || current.chat.loading) return;
    this.#readId = this.seenId;
    if (countUnread(this.#view(current, this.seenId)) > 0) this.markerId = this.seenId;
  }

  protected override updated(): void {
    const { log } = this;
    if (log !== null) {
      // Observing what is observed already changes nothing.
      this.#grown.observe(log);
      if (log.firstElementChild !== null) this.#grown.observe(log.firstElementChild);
      this.#settle();
    }
    this.#seen();
  }

  #settle(): void {
    const { log } = this;
    if (log === null) return;
    if (this.atEnd) log.scrollTop = log.scrollHeight;
    else if (this.#place !== undefined) {
      log.scrollTop = 'topPx' in this.#place ? this.#place.topPx : log.scrollHeight - this.#place.fromEndPx;
    }
    this.#settledPx = log.scrollTop;
  }

  #top({ chat }: ClientState, room: string): TemplateResult | typeof nothing {
    const { text } = this;
    if (chat.loading) {
      return html`<div class="loading"><span class="spinner" aria-hidden="true"></span>${text.loadingOlder}</div>`;
    }
    if (chat.entries.length === 0) return this.#empty(text.chatEmpty);
    return chat.more ? nothing : html`<p class="start">${text.chatStart(room)}</p>`;
  }

  #empty(words: string): TemplateResult {
    return html`<div class="empty">${chatIcon}<span>${words}</span></div>`;
  }

  #item(item: ChatItem, current: ClientState, active: string): TemplateResult {
    switch (item.kind) {
      case 'day':
        return html`<div class="separator"><span>${this.#day(item.atMs)}</span></div>`;
      case 'unread':
        return html`<div class="separator unread"><span>${this.text.newMessages}</span></div>`;
      case 'entry':
        return this.#message(item.entry, item.first, item.key === active, current);
    }
  }

  #message(entry: ChatEntry, first: boolean, active: boolean, current: ClientState): TemplateResult {
    const self = current.members.find(({ id }) => id === current.selfId);
    return html`<voice-message
      role="article"
      data-key=${entryKey(entry)}
      tabindex=${active ? 0 : -1}
      .client=${this.client}
      .entry=${entry}
      .selfName=${self?.nickname ?? ''}
      .selfUserId=${self?.userId ?? null}
      ?first=${first}
      ?active=${active}
      ?code-opens=${this.codeOpens}
      ?moderated=${can(current, 'chat.delete', current.channelId)}
      @focusin=${() => (this.activeKey = entryKey(entry))}
    ></voice-message>`;
  }

  #day(atMs: number): string {
    const day = new Date(atMs).toDateString();
    const now = new Date();
    if (day === now.toDateString()) return this.text.today;
    now.setDate(now.getDate() - 1);
    if (day === now.toDateString()) return this.text.yesterday;
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'full' }).format(atMs);
  }

  #view(current: ClientState, readId: string | null): ChatView {
    const selfUserId = current.members.find(({ id }) => id === current.selfId)?.userId ?? null;
    return { entries: current.chat.entries, selfUserId, readId };
  }

  #forget(): void {
    this.#readId = null;
    this.seenId = null;
    this.markerId = null;
    this.atEnd = true;
    this.activeKey = '';
  }

  #follow(before: ClientState, after: ClientState): void {
    const { log } = this;
    const grewBelow = lastKey(before) !== lastKey(after);
    // What is read must stay where it is: older messages push it down, newer ones do not.
    if (log !== null) {
      this.#place = grewBelow ? { topPx: log.scrollTop } : { fromEndPx: log.scrollHeight - log.scrollTop };
    }
    if (!grewBelow) return;
    const last = after.chat.entries.at(-1)?.status;
    if (last === 'sending' || last === 'reply') {
      this.atEnd = true;
      this.markerId = null;
    } else if (this.#unread === 0 && !this.#attended()) this.markerId = this.#readId;
  }

  #attended(): boolean {
    const watched = this.watched ?? document.hasFocus();
    return this.atEnd && !this.covered && watched && document.visibilityState === 'visible';
  }

  /** The count goes as soon as the end has been seen; the marker stays, to show where one was. */
  readonly #seen = (): void => {
    const current = this.#client.state;
    if (current === null || current.chat.loading) return;
    if (this.#attended() || this.#readId === null) this.#read(newestId(current.chat.entries) ?? '');
    const count = countUnread(this.#view(current, this.#readId));
    if (count === this.#unread) return;
    this.#unread = count;
    this.dispatchEvent(new VoiceUnreadEvent(count));
  };

  #read(messageId: string): void {
    if (messageId === this.#readId) return;
    this.#readId = messageId;
    this.dispatchEvent(new VoiceReadEvent(messageId));
  }

  readonly #scrolled = (): void => {
    const { log } = this;
    if (log === null) return;
    if (log.scrollTop === this.#settledPx) return;
    // The reader has moved: where the log was to stay is no longer of interest.
    this.#place = undefined;
    this.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    this.#seen();
    this.#fill(log);
  };

  #fill(log: HTMLElement): void {
    const chat = this.#client.state?.chat;
    if (chat?.more !== true || chat.loading || log.scrollTop > AHEAD_PX) return;
    this.client?.loadOlderMessages().catch((error: unknown) => {
      this.dispatchEvent(new VoiceErrorEvent(problemOf(error)));
    });
  }

  readonly #toEnd = (): void => {
    this.atEnd = true;
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const messages = [...this.renderRoot.querySelectorAll('voice-message')];
    const at = messages.findIndex((message) => message === event.target);
    // Inside a message (its editor, its buttons) arrows belong to what is there.
    if (step === undefined || at < 0 || event.composedPath()[0] !== messages[at]) return;
    event.preventDefault();
    messages[at + step]?.focus();
  };

  /** Outside a room there is no field, and what comes back to it then is for the next one. */
  readonly #drafted = ({ draft }: VoiceDraftEvent): void => {
    this.draft = draft;
  };

  readonly #editLast = (): void => {
    void [...this.renderRoot.querySelectorAll('voice-message')].findLast((message) => message.editable)?.edit();
  };
}

function lastKey({ chat }: ClientState): string | undefined {
  const last = chat.entries.at(-1);
  return last === undefined ? undefined : entryKey(last);
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-chat': VoiceChat;
  }
}
