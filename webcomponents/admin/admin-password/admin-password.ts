import { MIN_PASSWORD_LENGTH } from '@switchboard/protocol';
import { html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import { textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/**
 * Changes one's own password.
 *
 * @customElement admin-password
 */
@define('admin-password')
export class AdminPassword extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private current = '';
  @state() private next = '';

  protected override render(): TemplateResult {
    const { settings, signIn } = this.text;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">${settings.password}</h2>
      <form class="form" @submit=${this.#submit}>
        <div class="pair">
          ${textField('current', settings.current, this.current, (value) => (this.current = value), {
            type: 'password',
            required: true,
            autocomplete: 'current-password',
            problem: this.fieldProblem('current'),
          })}
          ${textField('next', settings.next, this.next, (value) => (this.next = value), {
            type: 'password',
            required: true,
            minLength: MIN_PASSWORD_LENGTH,
            autocomplete: 'new-password',
            hint: signIn.passwordHint,
            problem: this.fieldProblem('next'),
          })}
        </div>
        ${this.formProblem(['current', 'next'])}
        <div class="row end">${button(settings.change, null, { busy: this.busy !== '' })}</div>
      </form>
    </section>`;
  }

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    const { current, next } = this;
    const work = (): Promise<unknown> => take(this.api.POST('/api/auth/password', { body: { current, next } }));
    if (!(await this.submit('change', work, this.text.settings.changed))) return;
    this.current = '';
    this.next = '';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-password': AdminPassword;
  }
}
