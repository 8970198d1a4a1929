import type { ChatEntry, MessageRemarks, PluginRemark, VoiceClientApi } from '@switchboard/client';
import { MAX_MESSAGE_LENGTH, type Message, type MessageCode } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { deleteIcon, editIcon, pluginIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { writtenText } from '../styles/text.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import '../voice-code/voice-code.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { shownText } from './shown-text.ts';
import { styles } from './voice-message.styles.ts';

type Mode = 'shown' | 'editing' | 'deleting';

type Reply = Extract<ChatEntry, { readonly status: 'reply' }>;
type Pending = Extract<ChatEntry, { readonly status: 'sending' | 'failed' }>;

/**
 * One message of the log: sent, on its way or failed; one's own can be edited and deleted, and by moderators anybody's deleted. What plugins say of
 * it stands below, and what they hide shows when asked for. What a command has answered is a message, too, for oneself alone.
 *
 * @customElement voice-message
 * @fires {VoiceCodeOpenEvent} voice-code-open - the place of its code is to be shown; only with `codeOpens`
 * @fires {VoiceErrorEvent} voice-error - editing, deleting or sending again failed
 * @csspart message - the whole message
 * @csspart author - the author's name
 * @csspart text - the text
 */
@define('voice-message')
export class VoiceMessage extends VoiceElement {
  static override styles = [theme, controls, writtenText, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) entry: ChatEntry | null = null;
  /** Whose name stands over messages on their way. */
  @property({ attribute: false }) selfName = '';
  @property({ attribute: false }) selfUserId: string | null = null;
  /** Messages of others can be deleted too. */
  @property({ type: Boolean }) moderated = false;
  /** Somebody listens to `voice-code-open`. */
  @property({ type: Boolean, attribute: 'code-opens' }) codeOpens = false;
  /** The first of a group: with avatar and name. */
  @property({ type: Boolean, reflect: true }) first = false;
  /** Its buttons can be reached by Tab. */
  @property({ type: Boolean }) active = false;

  @state() private mode: Mode = 'shown';
  /** What a plugin has hidden was asked for. */
  @state() private revealed = false;
  @query('textarea') private readonly field!: HTMLTextAreaElement;

  /** Opens the editor, if the message is one's own. */
  async edit(): Promise<void> {
    if (!this.editable) return;
    this.mode = 'editing';
    await this.updateComplete;
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { entry } = this;
    if (entry === null) return nothing;
    if (entry.status === 'reply') return this.#reply(entry);
    const message = entry.status === 'sent' ? entry.message : undefined;
    const name = message?.author.nickname ?? this.selfName;
    return html`<div part="message">
        ${
          this.first
            ? html`<voice-avatar
                .name=${name}
                .userId=${message?.author.userId ?? this.selfUserId ?? ''}
              ></voice-avatar>`
            : html`<span class="gutter" aria-hidden="true"
                >${message === undefined ? nothing : this.#shortClock(message)}</span
              >`
        }
        <div>
          ${
            this.first
              ? html`<div class="head">
                  <bdi part="author">${name}</bdi>${
                    message === undefined ? nothing : html`${this.#badge(message)}${this.#time(message)}`
                  }
                </div>`
              : html`<span class="sr-only"
                  >${name}${message === undefined ? nothing : html`, ${this.#clock(message)}`}</span
                >`
          }
          ${entry.status === 'sent' ? this.#sent(entry.message, entry.remarks) : this.#pending(entry)}
        </div>
      </div>
      ${message !== undefined && this.mode === 'shown' && this.#deletable ? this.#actions() : nothing}`;
  }

  #reply({ pluginName, text: written }: Reply): TemplateResult {
    return html`<div part="message" class="reply">
      <span class="plugin-sign">${pluginIcon}</span>
      <div>
        <div class="head">
          <bdi part="author">${pluginName}</bdi><span class="edited">${this.text.onlyYouSee}</span>
        </div>
        <div part="text" dir="auto">${shownText(written)}</div>
      </div>
    </div>`;
  }

  #badge({ plugin }: Message): TemplateResult | typeof nothing {
    return plugin === null ? nothing : html`<span class="badge" title=${plugin}>${this.text.pluginBadge}</span>`;
  }

  #sent(message: Message, remarks: MessageRemarks | undefined): TemplateResult {
    if (message.deletedAt !== null) return html`<div class="deleted">${this.text.deletedMessage}</div>`;
    if (this.mode === 'editing') return this.#editor(message);
    const hidden = remarks?.hidden ?? null;
    return html`${hidden !== null && !this.revealed ? nothing : this.#written(message)}
    ${hidden === null ? nothing : this.#veil(hidden)}
    ${
      remarks === undefined || remarks.notes.length === 0
        ? nothing
        : html`<ul class="notes">
            ${remarks.notes.map(
              ({ pluginName, text }) => html`<li dir="auto"><bdi>${pluginName}</bdi> ${shownText(text)}</li>`,
            )}
          </ul>`
    }
    ${this.mode === 'deleting' ? this.#question() : nothing}`;
  }

  #veil({ pluginName, text: reason }: PluginRemark): TemplateResult {
    const { text, revealed } = this;
    return html`<div class="line veil">
      <span dir="auto">${text.hiddenBy(pluginName, reason)}</span>
      <button
        class="button"
        tabindex=${this.active ? 0 : -1}
        aria-expanded=${revealed ? 'true' : 'false'}
        @click=${() => (this.revealed = !revealed)}
      >
        ${revealed ? text.hide : text.show}
      </button>
    </div>`;
  }

  #written(message: Message): TemplateResult {
    const edited = message.editedAt === null ? nothing : html` <span class="edited">(${this.text.edited})</span>`;
    return html`${
      message.code === null
        ? html`<div part="text" dir="auto">${shownText(message.text)}${edited}</div>`
        : html`${this.#code(message.code, message.text, message)}${edited}`
    }`;
  }

  #pending(entry: Pending): TemplateResult {
    const { text } = this;
    const words =
      entry.code === null
        ? html`<div part="text" class="sending" dir="auto">${shownText(entry.text)}</div>`
        : html`<div class="sending">${this.#code(entry.code, entry.text, null)}</div>`;
    if (entry.status === 'sending') return html`${words}<span class="sr-only">${text.sending}</span>`;
    return html`${words}
      <div class="line">
        <span class="failed">${text.notSent} ${sentence(text, entry.problem)}</span>
        <button
          class="button"
          tabindex=${this.active ? 0 : -1}
          @click=${() => this.#try(this.client?.retryMessage(entry.nonce))}
        >
          ${text.retry}
        </button>
      </div>`;
  }

  #code(code: MessageCode, written: string, message: Message | null): TemplateResult {
    return html`<voice-code
      .code=${code}
      .written=${written}
      .message=${message}
      ?opens=${this.codeOpens}
      ?active=${this.active}
    ></voice-code>`;
  }

  #editor(message: Message): TemplateResult {
    const { text } = this;
    return html`<textarea
        rows="1"
        aria-label=${text.edit}
        maxlength=${MAX_MESSAGE_LENGTH}
        .value=${message.text}
        @keydown=${(event: KeyboardEvent) => this.#editorKey(event, message)}
      ></textarea>
      <div class="line">
        <button class="button primary" @click=${() => this.#save(message)}>${text.save}</button>
        <button class="button" @click=${this.#shown}>${text.cancel}</button>
        <span class="hint">${text.editHint}</span>
      </div>`;
  }

  #question(): TemplateResult {
    const { text } = this;
    return html`<div class="line" role="group" aria-label=${text.deleteQuestion} @keydown=${this.#questionKey}>
      <span>${text.deleteQuestion}</span>
      <button class="button danger" id="confirm" @click=${this.#delete}>${text.delete}</button>
      <button class="button" @click=${this.#shown}>${text.cancel}</button>
    </div>`;
  }

  #actions(): TemplateResult {
    const tab = this.active ? 0 : -1;
    const { text } = this;
    const isCode = this.entry?.status === 'sent' && this.entry.message.code !== null;
    return html`<div class="actions ${isCode ? 'above' : ''}">
      ${
        this.editable
          ? html`<button
              class="icon-button"
              tabindex=${tab}
              aria-label=${text.edit}
              title=${text.edit}
              @click=${() => this.edit()}
            >
              ${editIcon}
            </button>`
          : nothing
      }
      <button class="icon-button" tabindex=${tab} aria-label=${text.delete} title=${text.delete} @click=${this.#ask}>
        ${deleteIcon}
      </button>
    </div>`;
  }

  /** One's own, and still there. */
  get editable(): boolean {
    const { entry } = this;
    return (
      entry?.status === 'sent' &&
      entry.message.deletedAt === null &&
      entry.message.plugin === null &&
      entry.message.author.userId === this.selfUserId
    );
  }

  get #deletable(): boolean {
    const { entry } = this;
    return this.editable || (this.moderated && entry?.status === 'sent' && entry.message.deletedAt === null);
  }

  #time(message: Message): TemplateResult {
    return html`<time datetime=${new Date(message.createdAt).toISOString()}>${this.#clock(message)}</time>`;
  }

  /** Without AM and PM, for the narrow place before a message that follows another. */
  #shortClock(message: Message): string {
    const format = new Intl.DateTimeFormat(this.locale, { timeStyle: 'short' });
    const parts = format.formatToParts(message.createdAt).filter(({ type }) => type !== 'dayPeriod');
    return parts
      .map(({ value }) => value)
      .join('')
      .trim();
  }

  #clock(message: Message): string {
    return new Intl.DateTimeFormat(this.locale, { timeStyle: 'short' }).format(message.createdAt);
  }

  #editorKey(event: KeyboardEvent, message: Message): void {
    if (event.isComposing) return;
    event.stopPropagation();
    if (event.key === 'Escape') this.#shown();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#save(message);
    }
  }

  readonly #questionKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#shown();
  };

  #save(message: Message): void {
    // Code may begin with white space that it needs.
    const words = message.code === null ? this.field.value.trim() : this.field.value;
    if (words.trim() !== '' && words !== message.text) this.#try(this.client?.editMessage(message.id, words));
    this.#shown();
  }

  readonly #ask = async (): Promise<void> => {
    this.mode = 'deleting';
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('#confirm')?.focus();
  };

  readonly #delete = (): void => {
    if (this.entry?.status === 'sent') this.#try(this.client?.deleteMessage(this.entry.message.id));
    this.#shown();
  };

  readonly #shown = (): void => {
    this.mode = 'shown';
    this.focus();
  };

  #try(action: Promise<void> | undefined): void {
    action?.catch((error: unknown) => this.dispatchEvent(new VoiceErrorEvent(problemOf(error))));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-message': VoiceMessage;
  }
}
