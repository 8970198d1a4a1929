import type { Problem } from '@switchboard/client';
import { MAX_PASSWORD_LENGTH } from '@switchboard/protocol';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { VoicePasswordEvent } from '../events/voice-password.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';

const styles = css`
  dialog {
    width: min(360px, calc(100vw - 16px));
  }

  form {
    display: grid;
    gap: 16px;
    padding: 8px 20px 20px;
  }

  .wrong {
    color: var(--_danger);
    font-size: 13px;
  }

  .row {
    display: flex;
    justify-content: end;
    gap: 8px;
  }
`;

/**
 * Asks for the password of a room; open while `room` is set.
 *
 * @customElement voice-password
 * @fires {VoicePasswordEvent} voice-password - the password, or null when cancelled
 */
@define('voice-password')
export class VoicePassword extends VoiceElement {
  static override styles = [theme, controls, dialog, styles];

  /** The room's name; null closes the dialog. */
  @property({ attribute: false }) room: string | null = null;
  /** Why the last try failed. */
  @property({ attribute: false }) problem: Problem | null = null;

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input') private readonly field!: HTMLInputElement;

  protected override render(): TemplateResult {
    const { text, problem } = this;
    const wrong = problem?.code === 'channel.password_wrong' ? problem : null;
    return html`<dialog aria-labelledby="title" @cancel=${this.#cancel}>
      <header><h2 id="title">${text.passwordTitle(this.room ?? '')}</h2></header>
      <form @submit=${this.#submit}>
        <div class="field">
          <label for="password">${text.password}</label>
          <input
            id="password"
            type="password"
            required
            maxlength=${MAX_PASSWORD_LENGTH}
            autocomplete="off"
            aria-invalid=${wrong === null ? 'false' : 'true'}
            aria-describedby=${wrong === null ? nothing : 'wrong'}
          />
          ${wrong === null ? nothing : html`<span id="wrong" class="wrong" role="alert">${sentence(text, wrong)}</span>`}
        </div>
        <div class="row">
          <button type="button" class="button" @click=${this.#cancel}>${text.cancel}</button>
          <button class="button primary">${text.join}</button>
        </div>
      </form>
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('room')) return;
    this.field.value = '';
    if (this.room === null) this.dialog.close();
    else if (!this.dialog.open) this.dialog.showModal();
  }

  readonly #cancel = (event: Event): void => {
    event.preventDefault();
    this.dispatchEvent(new VoicePasswordEvent(null));
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.dispatchEvent(new VoicePasswordEvent(this.field.value));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-password': VoicePassword;
  }
}
