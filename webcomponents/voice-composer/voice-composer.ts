import type { VoiceClientApi } from '@switchboard/client';
import { MAX_MESSAGE_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { sendIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-composer.styles.ts';

/** The counter shows from here on. */
const NEAR_LIMIT = 200;

/**
 * Where messages are written: Enter sends, Shift+Enter breaks the line, Arrow-up in the empty field edits the last one.
 *
 * @customElement voice-composer
 * @fires {VoiceErrorEvent} voice-error - sending failed
 * @fires {Event} voice-edit-last - the last message of one's own shall be edited
 * @csspart field - the text field
 * @csspart send - the send button
 */
@define('voice-composer')
export class VoiceComposer extends VoiceElement {
  static override styles = [theme, controls, styles];
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private draft = '';
  @query('textarea') private readonly field!: HTMLTextAreaElement;
  readonly #client = new ClientController(this, ['chat', 'channelId', 'channels', 'members']);

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const { text } = this;
    const room = current.channels.find(({ id }) => id === current.channelId)?.name ?? '';
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
          aria-label=${text.messagePlaceholder(room)}
          placeholder=${text.messagePlaceholder(room)}
          aria-describedby=${left <= NEAR_LIMIT ? 'left' : nothing}
          .value=${this.draft}
          @input=${this.#input}
          @keydown=${this.#keydown}
        ></textarea>
        <button
          part="send"
          class="icon-button send"
          aria-label=${text.send}
          aria-disabled=${this.#sendable() ? 'false' : 'true'}
        >
          ${sendIcon}
        </button>
      </form>
      <div class="foot">
        <span class="typing" dir="auto">${typing.length === 0 ? nothing : text.typing(typing)}</span>
        ${
          left <= NEAR_LIMIT
            ? html`<span id="left" class=${left < 0 ? 'over' : ''}>${text.charactersLeft(left)}</span>`
            : nothing
        }
      </div>`;
  }

  #sendable(): boolean {
    return this.draft.trim() !== '' && this.draft.trim().length <= MAX_MESSAGE_LENGTH;
  }

  readonly #input = (): void => {
    this.draft = this.field.value;
    if (this.draft !== '') this.client?.typing();
    if (!CSS.supports('field-sizing', 'content')) {
      this.field.style.height = 'auto';
      this.field.style.height = `${this.field.scrollHeight}px`;
    }
  };

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
    this.draft = '';
    this.field.style.height = '';
    this.client?.sendMessage(words).catch((error: unknown) => {
      this.dispatchEvent(new VoiceErrorEvent(problemOf(error)));
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-composer': VoiceComposer;
  }
}
