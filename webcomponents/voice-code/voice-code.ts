import type { Message, MessageCode } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { VoiceCodeOpenEvent } from '../events/voice-code-open.ts';
import { checkIcon, copyIcon } from '../icons.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-code.styles.ts';

/**
 * Code that somebody sent: where it is from, the code as it was written, and a button to copy it. Nothing in it becomes HTML.
 *
 * @customElement voice-code
 * @fires {VoiceCodeOpenEvent} voice-code-open - its place is to be shown; only with `opens`
 * @csspart place - file, lines and language
 * @csspart code - the code
 */
@define('voice-code')
export class VoiceCode extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) code: MessageCode | null = null;
  /** The code itself. */
  @property({ attribute: false }) written = '';
  /** What it was sent as; null while it is on its way. */
  @property({ attribute: false }) message: Message | null = null;
  /** Somebody listens who can show the place. */
  @property({ type: Boolean }) opens = false;
  /** Its buttons can be reached by Tab. */
  @property({ type: Boolean }) active = false;

  @state() private copied = false;
  @query('pre') private readonly block!: HTMLElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('written')) this.copied = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { code, text } = this;
    if (code === null) return nothing;
    const tab = this.active ? 0 : -1;
    const copy = this.copied ? text.copied : text.copyCode;
    return html`<figure class=${this.message === null ? 'pending' : ''}>
      <figcaption>
        ${this.#place(code, tab)}
        <button
          class="icon-button ${this.copied ? 'done' : ''}"
          tabindex=${tab}
          aria-label=${copy}
          title=${copy}
          @click=${this.#copy}
        >
          ${this.copied ? checkIcon : copyIcon}
        </button>
      </figcaption>
      <pre part="code" dir="ltr" tabindex="0" aria-label=${text.code(code.language)} role="group">${this.written}</pre>
      <span class="sr-only" role="status">${this.copied ? text.copied : ''}</span>
    </figure>`;
  }

  #place(code: MessageCode, tab: number): TemplateResult {
    const { path, language, startLine, endLine } = code;
    const { text, message } = this;
    const name = path?.split('/').at(-1);
    const whole = path === undefined ? '' : [code.workspace, path].filter((part) => part !== undefined).join(': ');
    const shown = html`${name === undefined ? nothing : html`<bdi class="file">${name}</bdi>`}<span class="lines"
        >${text.codeLines(startLine, endLine)}</span
      ><bdi class="language">${language}</bdi>`;
    if (!this.opens || message === null) return html`<span part="place" title=${whole}>${shown}</span>`;
    return html`<button
      part="place"
      tabindex=${tab}
      title=${whole === '' ? text.openCode : `${whole}\n${text.openCode}`}
      @click=${() => this.dispatchEvent(new VoiceCodeOpenEvent(message))}
    >
      ${shown}<span class="sr-only">, ${text.openCode}</span>
    </button>`;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.written);
      this.copied = true;
    } catch (error) {
      // Pages without TLS have no clipboard: then it stands selected, for the keyboard's copy.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      getSelection()?.selectAllChildren(this.block);
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-code': VoiceCode;
  }
}
