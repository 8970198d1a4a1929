import type { ClientState, Problem, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { MAX_NICKNAME_LENGTH, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type Permission } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Accounts } from '../accounts/accounts.ts';
import { ClientController } from '../client-controller.ts';
import { VoiceSignOutEvent } from '../events/voice-sign-out.ts';
import { valuesOf } from '../form-values.ts';
import { closeIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { form } from '../styles/form.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-account.styles.ts';

/** With any of these there is something to do in the dashboard. */
const MANAGING: readonly Permission[] = [
  'member.kick',
  'member.ban',
  'channel.manage',
  'invite.create',
  'user.manage',
  'role.manage',
  'audit.read',
  'plugin.manage',
  'server.manage',
];

type Form = 'nickname' | 'password' | 'delete';

/**
 * One's account: nickname, password, signing out, deleting it, and the way to the dashboard. Loaded when it is first needed.
 *
 * @customElement voice-account
 * @fires {VoiceSignOutEvent} voice-sign-out - the person wants to sign out; the host does it
 */
@define('voice-account')
export class VoiceAccount extends VoiceElement {
  static override styles = [theme, controls, dialog, form, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) accounts: Pick<Accounts, 'me' | 'rename' | 'changePassword' | 'delete'> | null = null;
  /** Where the dashboard is. */
  @property({ attribute: false }) server: URL | null = null;

  @state() private busy: Form | null = null;
  @state() private done: Form | null = null;
  @state() private failure: { readonly form: Form; readonly problem: Problem } | null = null;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  readonly #client = new ClientController(this, ['members', 'selfId', 'permissions', 'channelPermissions']);

  /** Opens the dialog. */
  show(): void {
    this.done = null;
    this.failure = null;
    for (const each of this.renderRoot.querySelectorAll('form')) each.reset();
    for (const each of this.renderRoot.querySelectorAll('details')) each.open = false;
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { text } = this;
    const me = this.accounts?.me ?? null;
    const current = this.#client.state;
    if (me === null) return nothing;
    return html`<dialog aria-labelledby="title">
      <header>
        <h2 id="title">${text.account}</h2>
        <button class="icon-button" autofocus aria-label=${text.close} @click=${() => this.dialog.close()}>
          ${closeIcon}
        </button>
      </header>
      <div class="body">
        <div class="who">
          <bdi>${me.username}</bdi>
          ${
            current !== null && manages(current) && this.server !== null
              ? html`<a class="button" href=${new URL('/admin/', this.server).href}>${text.dashboard}</a>`
              : nothing
          }
          <button class="button" @click=${this.#signOut}>${text.signOut}</button>
        </div>
        ${this.#section('nickname', text.changeNickname, this.#nickname(nicknameIn(current) ?? me.nickname))}
        ${this.#section('password', text.changePassword, this.#password(me.username))}
        ${this.#section('delete', text.deleteAccount, this.#deletion(me.username))}
      </div>
    </dialog>`;
  }

  #section(name: Form, label: string, content: TemplateResult): TemplateResult {
    const { text } = this;
    const failure = this.failure?.form === name ? this.failure.problem : null;
    const done =
      this.done === name ? { nickname: text.nicknameChanged, password: text.passwordChanged, delete: '' } : null;
    return html`<details name="account">
      <summary>${label}</summary>
      <form @submit=${(event: Event) => this.#submit(event, name)}>
        ${content}
        <p class="wrong" role="alert">${failure === null ? nothing : sentence(text, failure)}</p>
        <p class="done" role="status">${done?.[name] ?? nothing}</p>
        <div class="row">
          <button
            class="button primary ${name === 'delete' ? 'danger' : ''}"
            aria-disabled=${this.busy ? 'true' : 'false'}
          >
            ${name === 'delete' ? text.deleteAccount : text.save}
          </button>
        </div>
      </form>
    </details>`;
  }

  #nickname(nickname: string): TemplateResult {
    return html`<div class="field">
      <label for="nickname">${this.text.nickname}</label>
      <input
        id="nickname"
        name="nickname"
        type="text"
        dir="auto"
        required
        maxlength=${MAX_NICKNAME_LENGTH}
        autocomplete="nickname"
        .defaultValue=${nickname}
      />
    </div>`;
  }

  #password(username: string): TemplateResult {
    const { text } = this;
    return html`${forPasswordManagers(username)}
      <div class="field">
        <label for="current">${text.currentPassword}</label>
        <input
          id="current"
          name="current"
          type="password"
          required
          maxlength=${MAX_PASSWORD_LENGTH}
          autocomplete="current-password"
        />
      </div>
      <div class="field">
        <label for="next">${text.newPassword}</label>
        <input
          id="next"
          name="next"
          type="password"
          required
          minlength=${MIN_PASSWORD_LENGTH}
          maxlength=${MAX_PASSWORD_LENGTH}
          autocomplete="new-password"
          aria-describedby="next-hint"
        />
        <span class="hint" id="next-hint">${text.passwordHint}</span>
      </div>`;
  }

  #deletion(username: string): TemplateResult {
    const { text } = this;
    return html`${forPasswordManagers(username)}
      <p class="lead">${text.deleteAccountText}</p>
      <div class="field">
        <label for="confirm">${text.password}</label>
        <input
          id="confirm"
          name="confirm"
          type="password"
          required
          maxlength=${MAX_PASSWORD_LENGTH}
          autocomplete="current-password"
        />
      </div>`;
  }

  #submit(event: Event, name: Form): void {
    event.preventDefault();
    const { accounts } = this;
    if (accounts === null || this.busy !== null || !(event.target instanceof HTMLFormElement)) return;
    const form = event.target;
    const read = valuesOf(form);
    void this.#try(name, async () => {
      if (name === 'nickname') await this.#rename(accounts, read('nickname').trim());
      else if (name === 'password') await accounts.changePassword(read('current'), read('next'));
      else {
        await accounts.delete(read('confirm'));
        this.dialog.close();
      }
      form.reset();
    });
  }

  /** For the visits to come, and for this one. */
  async #rename(accounts: Pick<Accounts, 'rename'>, nickname: string): Promise<void> {
    await accounts.rename(nickname);
    if (nicknameIn(this.#client.state) !== nickname) await this.client?.setNickname(nickname);
  }

  async #try(name: Form, act: () => Promise<void>): Promise<void> {
    this.busy = name;
    this.done = null;
    this.failure = null;
    try {
      await act();
      this.done = name;
    } catch (error) {
      this.failure = { form: name, problem: problemOf(error) };
    } finally {
      this.busy = null;
    }
  }

  readonly #signOut = (): void => {
    this.dialog.close();
    this.dispatchEvent(new VoiceSignOutEvent());
  };
}

/** Password managers want to know whose password it is. */
function forPasswordManagers(username: string): TemplateResult {
  return html`<input type="text" hidden autocomplete="username" .value=${username} readonly />`;
}

function nicknameIn(state: ClientState | null): string | undefined {
  return state?.members.find(({ id }) => id === state.selfId)?.nickname;
}

function manages(state: ClientState): boolean {
  return MANAGING.some((permission) => can(state, permission));
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-account': VoiceAccount;
  }
}
