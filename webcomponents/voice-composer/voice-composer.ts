import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { MAX_MESSAGE_LENGTH, type Channel } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceDraftEvent } from '../events/voice-draft.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { clockIcon, sendIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-composer.styles.ts';

/** The counter shows from here on. */
const NEAR_LIMIT = 200;

/**
 * Where messages are written: Enter sends, Shift+Enter breaks the line, Arrow-up in the empty field edits the last one. In slow mode it says
 * so, and how long one has to wait; closed to who may not write.
 *
 * @customElement voice-composer
 * @fires {VoiceErrorEvent} voice-error - sending failed
 * @fires {VoiceDraftEvent} voice-draft - what is being written has changed
 * @fires {Event} voice-edit-last - the last message of one's own shall be edited
 * @csspart field - the text field
 * @csspart send - the send button
 */
@define('voice-composer')
export class VoiceComposer extends VoiceElement {
  static override styles = [theme, controls, styles];
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** What is being written. */
  @property({ attribute: false }) draft = '';

  @query('textarea') private readonly field!: HTMLTextAreaElement;
  /** When the next message can be sent, in ms since 1970. */
  @state() private waitsUntilMs = 0;
  readonly #client = new ClientController(
    this,
    ['chat', 'channelId', 'channels', 'members', 'permissions', 'channelPermissions'],
    (after, before) => {
      if (after.channelId !== before.channelId) this.#wait(0);
    },
  );
  #tick: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    clearTimeout(this.#tick);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const { text } = this;
    const channel = current.channels.find(({ id }) => id === current.channelId);
    const open = can(current, 'chat.send', current.channelId);
    const prompt = open ? text.messagePlaceholder(channel?.name ?? '') : text.mayNotWrite;
    const left = MAX_MESSAGE_LENGTH - this.draft.length;
    const typing = current.chat.typing.flatMap(
      (id) => current.members.find((member) => member.id === id)?.nickname ?? [],
    );
    return html`<form @submit=${this.#submit}>
        <textarea
          part="field"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          aria-label=${prompt}
          placeholder=${prompt}
          aria-describedby="slow ${left <= NEAR_LIMIT ? 'left' : ''}"
          ?disabled=${!open}
          .value=${this.draft}
          @input=${this.#input}
          @keydown=${this.#keydown}
        ></textarea>
        <button
          part="send"
          class="icon-button send"
          aria-label=${text.send}
          aria-disabled=${open && this.#sendable() ? 'false' : 'true'}
        >
          ${sendIcon}
        </button>
      </form>
      <div class="foot">
        <span class="typing" dir="auto">${typing.length === 0 ? nothing : text.typing(typing)}</span>
        <span id="slow" class="slow">${open ? this.#slowness(current, channel) : nothing}</span>
        ${
          left <= NEAR_LIMIT
            ? html`<span id="left" class=${left < 0 ? 'over' : ''}>${text.charactersLeft(left)}</span>`
            : nothing
        }
      </div>`;
  }

  /** Who deletes what others wrote, waits for nobody. */
  #slowness(current: ClientState, channel: Channel | undefined): TemplateResult | typeof nothing {
    const slowModeS = channel?.slowModeS ?? 0;
    if (slowModeS === 0 || can(current, 'chat.delete', current.channelId)) return nothing;
    const waitS = Math.ceil((this.waitsUntilMs - Date.now()) / 1_000);
    return html`${clockIcon}${waitS > 0 ? this.text.slowModeWait(waitS) : this.text.slowMode(slowModeS)}`;
  }

  #waits(): boolean {
    return this.waitsUntilMs > Date.now();
  }

  /** Counts down to when the server takes the next message. */
  #wait(ms: number): void {
    clearTimeout(this.#tick);
    this.waitsUntilMs = ms > 0 ? Date.now() + ms : 0;
    const count = (): void => {
      this.requestUpdate();
      if (this.#waits()) this.#tick = setTimeout(count, 1_000);
    };
    count();
  }

  #sendable(): boolean {
    return !this.#waits() && this.draft.trim() !== '' && this.draft.trim().length <= MAX_MESSAGE_LENGTH;
  }

  #slowModeMs(): number {
    const { state: current } = this.#client;
    if (current === null || can(current, 'chat.delete', current.channelId)) return 0;
    return 1_000 * (current.channels.find(({ id }) => id === current.channelId)?.slowModeS ?? 0);
  }

  readonly #input = (): void => {
    this.#write(this.field.value);
    if (this.draft !== '') this.client?.typing();
    if (!CSS.supports('field-sizing', 'content')) {
      this.field.style.height = 'auto';
      this.field.style.height = `${this.field.scrollHeight}px`;
    }
  };

  #write(draft: string): void {
    this.draft = draft;
    this.dispatchEvent(new VoiceDraftEvent(draft));
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) this.#submit(event);
    else if (event.key === 'ArrowUp' && this.draft === '') {
      event.preventDefault();
      this.dispatchEvent(new Event('voice-edit-last'));
    }
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    if (!this.#sendable()) return;
    const words = this.draft.trim();
    this.#write('');
    this.field.style.height = '';
    this.client?.sendMessage(words).then(
      () => this.#wait(this.#slowModeMs()),
      (error: unknown) => {
        const problem = problemOf(error);
        if (problem.code === 'message.slow_mode') this.#wait(problem.retryAfterMs ?? this.#slowModeMs());
        else this.dispatchEvent(new VoiceErrorEvent(problem));
      },
    );
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-composer': VoiceComposer;
  }
}
