import { MAX_NOTICE_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import { areaField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/**
 * A button, and behind it what is to be said to everyone who is here.
 *
 * @customElement admin-notice
 */
@define('admin-notice')
export class AdminNotice extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private asks = false;
  /** Kept when the dialog is closed: it may be opened again to go on. */
  @state() private words = '';

  protected override render(): TemplateResult {
    const { notice, common } = this.text;
    return html`${button(notice.open, this.#open)}
      <admin-dialog heading=${notice.title} ?open=${this.asks} @admin-close=${this.#close}>
        ${
          this.asks
            ? html`<form class="form" @submit=${this.#tell}>
                ${areaField('text', notice.words, this.words, (words) => (this.words = words), {
                  required: true,
                  maxLength: MAX_NOTICE_LENGTH,
                  hint: notice.hint,
                  problem: this.fieldProblem('text'),
                })}
                ${this.formProblem(['text'])}
                <div class="row end">
                  <button class="button" type="button" @click=${this.#close}>${common.cancel}</button>
                  ${button(notice.tell, null, { kind: 'primary', busy: this.busy !== '' })}
                </div>
              </form>`
            : nothing
        }
      </admin-dialog>`;
  }

  readonly #open = (): void => {
    this.problem = null;
    this.asks = true;
  };

  readonly #close = (): void => {
    this.asks = false;
  };

  readonly #tell = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    const body = { text: this.words };
    const work = (): Promise<unknown> => take(this.api.POST('/api/notices', { body }));
    if (!(await this.submit('tell', work, this.text.notice.told))) return;
    this.words = '';
    this.asks = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-notice': AdminNotice;
  }
}
