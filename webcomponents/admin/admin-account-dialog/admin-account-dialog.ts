import { MAX_NICKNAME_LENGTH, MIN_PASSWORD_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { Role, User } from '../api/types.ts';
import { checkField, textField } from '../parts/fields.ts';
import { button, roleBadge } from '../parts/signs.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

type Kind = 'edit' | 'password';

/**
 * Changes an account's name and roles, or gives it a new password.
 *
 * @customElement admin-account-dialog
 * @fires {Event} admin-changed - it is done
 */
@define('admin-account-dialog')
export class AdminAccountDialog extends AdminPage {
  static override styles = [theme, controls, parts, page];

  /** Those that can be given. */
  @property({ attribute: false }) roles: readonly Role[] = [];
  @state() private user: User | null = null;
  @state() private kind: Kind = 'edit';
  @state() private nickname = '';
  @state() private roleIds: readonly string[] = [];
  @state() private password = '';

  show(kind: Kind, user: User): void {
    this.kind = kind;
    this.user = user;
    this.problem = null;
    this.nickname = user.nickname;
    this.roleIds = user.roles.map(({ id }) => id).filter((id) => this.roles.some((role) => role.id === id));
    this.password = '';
  }

  protected override render(): TemplateResult {
    const { user, kind } = this;
    const { accounts, common } = this.text;
    const title = kind === 'edit' ? accounts.editTitle : accounts.resetTitle;
    return html`<admin-dialog heading=${title(user?.nickname ?? '')} ?open=${user !== null} @admin-close=${this.#close}>
      ${
        user === null
          ? nothing
          : html`<form class="form" @submit=${this.#submit}>
              ${kind === 'edit' ? this.#fields() : this.#passwordField()} ${this.formProblem(['nickname', 'password'])}
              <div class="row end">
                <button class="button" type="button" @click=${this.#close}>${common.cancel}</button>
                ${button(kind === 'edit' ? common.save : accounts.reset, null, { kind: 'primary', busy: this.busy !== '' })}
              </div>
            </form>`
      }
    </admin-dialog>`;
  }

  #fields(): TemplateResult {
    const { accounts, roles: text } = this.text;
    return html`${textField('nickname', accounts.nickname, this.nickname, (value) => (this.nickname = value), {
        required: true,
        maxLength: MAX_NICKNAME_LENGTH,
        problem: this.fieldProblem('nickname'),
      })}
      <div role="group" aria-labelledby="roles">
        <span class="label" id="roles">${accounts.roles}</span>
        <p class="hint">${accounts.everyone}</p>
        ${this.roles.map((role) =>
          checkField(
            `role-${role.id}`,
            roleBadge(role),
            this.roleIds.includes(role.id),
            (checked) => {
              this.roleIds = checked ? [...this.roleIds, role.id] : this.roleIds.filter((id) => id !== role.id);
            },
            { locked: this.session.outranks(role.rank) ? undefined : text.tooHigh },
          ),
        )}
      </div>`;
  }

  #passwordField(): TemplateResult {
    const { accounts, signIn } = this.text;
    return html`<p>${accounts.resetText}</p>
      ${textField('password', accounts.newPassword, this.password, (value) => (this.password = value), {
        required: true,
        minLength: MIN_PASSWORD_LENGTH,
        autocomplete: 'off',
        hint: signIn.passwordHint,
        problem: this.fieldProblem('password'),
      })}`;
  }

  readonly #close = (): void => {
    this.user = null;
    this.password = '';
  };

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { user, kind } = this;
    if (user === null || this.busy !== '') return;
    const { accounts } = this.text;
    const done = kind === 'edit' ? accounts.saved(this.nickname) : accounts.wasReset(user.nickname);
    if (!(await this.submit(kind, () => this.#send(kind, user), done))) return;
    this.#close();
    this.dispatchEvent(new Event('admin-changed'));
  };

  #send(kind: Kind, user: User): Promise<unknown> {
    const params = { path: { id: user.id } };
    if (kind === 'password') {
      return take(this.api.POST('/api/users/{id}/password', { params, body: { password: this.password } }));
    }
    const shown = new Set(this.roles.map(({ id }) => id));
    const before = user.roles.map(({ id }) => id).filter((id) => shown.has(id));
    const isSame = before.length === this.roleIds.length && before.every((id) => this.roleIds.includes(id));
    const body = {
      ...(this.nickname === user.nickname ? {} : { nickname: this.nickname }),
      ...(isSame ? {} : { roleIds: [...this.roleIds] }),
    };
    if (Object.keys(body).length === 0) return Promise.resolve();
    return take(this.api.PATCH('/api/users/{id}', { params, body }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-account-dialog': AdminAccountDialog;
  }
}
