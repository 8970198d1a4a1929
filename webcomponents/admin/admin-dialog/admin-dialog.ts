import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { closeIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { dialog } from '../../styles/dialog.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';

const styles = css`
  .body {
    padding: 8px 20px 20px;
  }

  header {
    position: sticky;
    z-index: 1;
    top: 0;
    background: var(--_bg-raised);
  }
`;

/**
 * A dialog over the page; open while `open` is set.
 *
 * @customElement admin-dialog
 * @slot - what it holds
 * @fires {Event} admin-close - the person closed it; the host takes `open` away
 */
@define('admin-dialog')
export class AdminDialog extends AdminElement {
  static override styles = [theme, controls, dialog, styles];

  @property() heading = '';
  @property({ type: Boolean }) open = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @cancel=${this.#cancel}>
      <header>
        <h2 id="title"><bdi>${this.heading}</bdi></h2>
        <button class="icon-button" type="button" aria-label=${this.text.common.close} @click=${this.#cancel}>
          ${closeIcon}
        </button>
      </header>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('open')) return;
    if (!this.open) this.dialog.close();
    else if (!this.dialog.open) {
      this.dialog.showModal();
      // The slotted form begins behind the button that closes: what it is for comes first.
      this.querySelector<HTMLElement>('[autofocus], input, select, textarea, button')?.focus();
    }
  }

  readonly #cancel = (event: Event): void => {
    // Selecting a file, too, ends in an event `cancel`.
    if (event.target !== this.dialog && event.type === 'cancel') return;
    event.preventDefault();
    this.dispatchEvent(new Event('admin-close'));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-dialog': AdminDialog;
  }
}
