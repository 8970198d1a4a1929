import { css, html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';
import { checkIcon, copyIcon } from '../icons.ts';
import { parts } from '../styles/parts.styles.ts';

const styles = css`
  :host {
    display: grid;
    gap: 4px;
  }

  .line {
    display: flex;
    gap: 8px;
  }

  input {
    font: 13px/20px var(--_mono) !important;
  }

  .button {
    min-height: 36px;
  }
`;

/**
 * Something that is shown once, such as a key or a link, to be copied.
 *
 * @customElement admin-secret
 */
@define('admin-secret')
export class AdminSecret extends AdminElement {
  static override styles = [theme, controls, parts, styles];

  @property() label = '';
  @property() value = '';
  @state() private copied = false;

  protected override render(): TemplateResult {
    const { common } = this.text;
    return html`<label class="label" for="value">${this.label}</label>
      <div class="line">
        <input id="value" type="text" readonly .value=${this.value} @focus=${this.#select} />
        <button class="button" type="button" @click=${this.#copy}>
          ${this.copied ? checkIcon : copyIcon}${this.copied ? common.copied : common.copy}
        </button>
      </div>
      <span class="sr-only" role="status">${this.copied ? common.copied : ''}</span>`;
  }

  readonly #select = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) event.target.select();
  };

  readonly #copy = async (): Promise<void> => {
    const field = this.renderRoot.querySelector('input');
    try {
      await navigator.clipboard.writeText(this.value);
      this.copied = true;
    } catch (error) {
      // Pages without TLS have no clipboard: then it stands selected, for the keyboard's copy.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      field?.focus();
      field?.select();
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-secret': AdminSecret;
  }
}
