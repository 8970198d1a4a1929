import { MIN_PASSWORD_LENGTH } from '@switchboard/protocol';
import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { infoIcon, markIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import { textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const MAX_USERNAME_LENGTH = 32;

const styles = css`
  :host {
    min-height: 100dvh;
    place-content: safe center;
    padding: 24px 16px;
    grid-template-columns: minmax(0, 340px);
  }

  form {
    display: grid;
    gap: 16px;
  }

  .title {
    display: grid;
    justify-items: start;
    gap: 16px;
  }

  .primary {
    min-height: max(36px, var(--_target));
  }
`;

/**
 * Signs somebody in; on a new server, whoever has its one-time link makes the first account.
 *
 * @customElement admin-sign-in
 * @fires {Event} admin-set-up-done - the first account is made
 */
@define('admin-sign-in')
export class AdminSignIn extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  /** From the link that a new server printed. */
  @property({ attribute: false }) code: string | undefined;
  @state() private username = '';
  @state() private password = '';
  @state() private repeated = '';
  @state() private differ = false;
  readonly #setUp = new Resource(this, () => take(this.api.GET('/api/auth/setup')));

  protected override render(): TemplateResult {
    const isOpen = this.#setUp.value?.open;
    return html`<main>
      ${this.code !== undefined && isOpen !== false ? this.#setUpForm() : this.#signInForm(isOpen)}
    </main>`;
  }

  #signInForm(isOpen: boolean | undefined): TemplateResult {
    const { signIn } = this.text;
    const told = this.session.ended
      ? signIn.ended
      : isOpen === true
        ? signIn.noAdmin
        : this.code !== undefined
          ? signIn.alreadySetUp
          : undefined;
    return html`<form @submit=${this.#submitSignIn}>
      <div class="title">
        ${markIcon}
        <h1 tabindex="-1">${signIn.title}</h1>
      </div>
      ${told === undefined ? nothing : html`<div class="notice">${infoIcon}<span class="words">${told}</span></div>`}
      ${textField('username', signIn.username, this.username, (value) => (this.username = value), {
        required: true,
        autocomplete: 'username',
        maxLength: MAX_USERNAME_LENGTH,
      })}
      ${textField('password', signIn.password, this.password, (value) => (this.password = value), {
        type: 'password',
        required: true,
        autocomplete: 'current-password',
      })}
      ${this.formProblem()}
      ${button(this.busy === '' ? signIn.signIn : signIn.signingIn, null, { kind: 'primary', busy: this.busy !== '' })}
    </form>`;
  }

  #setUpForm(): TemplateResult {
    const { signIn } = this.text;
    return html`<form @submit=${this.#submitSetUp}>
      <div class="title">
        ${markIcon}
        <div>
          <h1 tabindex="-1">${signIn.setUpTitle}</h1>
          <p class="intro">${signIn.setUpText}</p>
        </div>
      </div>
      ${textField('username', signIn.username, this.username, (value) => (this.username = value), {
        required: true,
        autocomplete: 'username',
        maxLength: MAX_USERNAME_LENGTH,
        hint: signIn.usernameHint,
        problem: this.fieldProblem('username'),
      })}
      ${textField('password', signIn.password, this.password, (value) => (this.password = value), {
        type: 'password',
        required: true,
        minLength: MIN_PASSWORD_LENGTH,
        autocomplete: 'new-password',
        hint: signIn.passwordHint,
        problem: this.fieldProblem('password'),
      })}
      ${textField('repeat', signIn.repeat, this.repeated, (value) => (this.repeated = value), {
        type: 'password',
        required: true,
        autocomplete: 'new-password',
        problem: this.differ ? signIn.repeatWrong : undefined,
      })}
      ${this.formProblem(['username', 'password'])}
      ${button(signIn.create, null, { kind: 'primary', busy: this.busy !== '' })}
    </form>`;
  }

  readonly #submitSignIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    await this.submit('sign-in', () => this.session.signIn(this.username.trim(), this.password));
    this.password = '';
  };

  readonly #submitSetUp = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { code } = this;
    if (this.busy !== '' || code === undefined) return;
    this.differ = this.password !== this.repeated;
    if (this.differ) return;
    const isDone = await this.submit('set-up', () => this.session.setUp(code, this.username.trim(), this.password));
    if (isDone) this.dispatchEvent(new Event('admin-set-up-done'));
    else await this.#setUp.reload();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-sign-in': AdminSignIn;
  }
}
