import type { Problem } from '@switchboard/client';
import { MAX_NICKNAME_LENGTH, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type ErrorCode } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Accounts, Registration } from '../accounts/accounts.ts';
import { valuesOf } from '../form-values.ts';
import { markIcon, warningIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from '../voice-entry/voice-entry.styles.ts';

type Mode = 'sign-in' | 'register';

/**
 * The door for accounts: sign in, or make one, by invitation or freely as the server has it. Loaded when it is first needed.
 *
 * @customElement voice-sign-in
 * @fires {Event} voice-signed-in - the account is signed in now
 * @fires {Event} voice-as-guest - someone wants to come in as a guest after all
 * @csspart card - the form
 * @csspart problem - why it failed
 */
@define('voice-sign-in')
export class VoiceSignIn extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) accounts: Pick<Accounts, 'signIn' | 'register'> | null = null;
  @property({ attribute: false }) registration: Registration | null = null;
  /** The code of an invitation: with one it is an account that is wanted. */
  @property({ attribute: false }) invite = '';
  /** Why one stands here, before anything was tried. */
  @property({ attribute: false }) problem: Problem | null = null;

  @state() private mode: Mode = 'sign-in';
  @state() private failure: Problem | null = null;
  @state() private busy = false;
  @query('form') private readonly form!: HTMLFormElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('invite') && this.invite !== '') this.mode = 'register';
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('mode')) this.form.querySelector<HTMLElement>('[autofocus]')?.focus();
  }

  protected override render(): TemplateResult {
    const { text, mode, registration } = this;
    const serverName = registration?.name ?? null;
    const registers = mode === 'register';
    const shown = this.failure ?? this.problem;
    return html`<form part="card" @submit=${this.#submit}>
      <div class="title">
        ${markIcon}
        <h2 dir="auto">${registers ? text.createAccountTitle(serverName) : text.signInTitle(serverName)}</h2>
      </div>
      <div class="row">
        ${registers && registration?.mode !== 'open' ? this.#invite(shown) : nothing} ${this.#username(shown)}
        ${this.#password(registers, shown)}
        <button class="button primary" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${
            this.busy
              ? html`<span class="spinner" aria-hidden="true"></span>${text.connecting}`
              : registers
                ? text.createAccount
                : text.signIn
          }
        </button>
      </div>
      <div role="alert">
        ${
          shown === null
            ? nothing
            : html`<div part="problem" id="problem">${warningIcon}<span>${sentence(text, shown)}</span></div>`
        }
      </div>
      ${this.#otherWays(registers)}
    </form>`;
  }

  #username(shown: Problem | null): TemplateResult {
    const wrong = isAbout(shown, ['auth.credentials_invalid', 'auth.username_invalid', 'auth.username_taken']);
    return html`<div class="field">
      <label for="username">${this.text.username}</label>
      <input
        id="username"
        name="username"
        type="text"
        required
        ?autofocus=${this.invite === '' || this.mode === 'sign-in'}
        maxlength=${MAX_NICKNAME_LENGTH}
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? 'problem' : nothing}
      />
    </div>`;
  }

  #password(registers: boolean, shown: Problem | null): TemplateResult {
    const { text } = this;
    const wrong = isAbout(shown, ['auth.credentials_invalid', 'auth.password_weak']);
    return html`<div class="field">
      <label for="password">${text.password}</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        minlength=${registers ? MIN_PASSWORD_LENGTH : nothing}
        maxlength=${MAX_PASSWORD_LENGTH}
        autocomplete=${registers ? 'new-password' : 'current-password'}
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? 'problem' : registers ? 'password-hint' : nothing}
      />
      ${registers ? html`<span class="hint" id="password-hint">${text.passwordHint}</span>` : nothing}
    </div>`;
  }

  #invite(shown: Problem | null): TemplateResult {
    const { text } = this;
    const wrong = isAbout(shown, ['auth.invite_invalid', 'auth.invite_required']);
    return html`<div class="field">
      <label for="invite">${text.inviteCode}</label>
      <input
        id="invite"
        name="invite"
        type="text"
        required
        autocomplete="off"
        spellcheck="false"
        .value=${this.invite}
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? 'problem' : 'invite-hint'}
      />
      <span class="hint" id="invite-hint">${text.inviteHint}</span>
    </div>`;
  }

  #otherWays(registers: boolean): TemplateResult {
    const { text, registration } = this;
    const registrable = registration !== null && registration.mode !== 'closed';
    return html`<div class="ways">
      ${
        registers
          ? html`<button type="button" class="link" @click=${this.#turn('sign-in')}>${text.haveAccount}</button>`
          : registrable || this.invite !== ''
            ? html`<button type="button" class="link" @click=${this.#turn('register')}>${text.createAccount}</button>`
            : nothing
      }
      ${
        registration?.guests === false
          ? nothing
          : html`<button type="button" class="link" @click=${this.#asGuest}>${text.asGuest}</button>`
      }
    </div>`;
  }

  #turn(mode: Mode): () => void {
    return () => {
      this.mode = mode;
      this.failure = null;
      this.problem = null;
    };
  }

  readonly #asGuest = (): void => {
    this.dispatchEvent(new Event('voice-as-guest'));
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    if (!this.busy) void this.#enter(valuesOf(this.form));
  };

  async #enter(read: (name: string) => string): Promise<void> {
    const { accounts } = this;
    if (accounts === null) return;
    const [username, password, invite] = [read('username').trim(), read('password'), read('invite').trim()];
    this.busy = true;
    this.failure = null;
    this.problem = null;
    try {
      if (this.mode === 'sign-in') await accounts.signIn(username, password);
      else await accounts.register({ username, password, ...(invite === '' ? {} : { invite }) });
      this.dispatchEvent(new Event('voice-signed-in'));
    } catch (error) {
      this.failure = problemOf(error);
    } finally {
      this.busy = false;
    }
  }
}

function isAbout(problem: Problem | null, codes: readonly ErrorCode[]): boolean {
  return problem !== null && codes.includes(problem.code);
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-sign-in': VoiceSignIn;
  }
}
