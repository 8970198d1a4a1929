import { ALL_PERMISSIONS, CHANNEL_PERMISSIONS, MAX_ROLE_RANK, type Permission } from '@switchboard/protocol';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { lockIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { Role, RoleWrite } from '../api/types.ts';
import { Draft } from '../draft.ts';
import { checkField, numberField, textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { permissionLock, roleLock } from '../role-locks.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const MAX_NAME_LENGTH = 64;
const FIRST_COLOUR = '#2f5fc4';
const NEW_RANK = 200;

const styles = css`
  .permissions {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr));
    gap: 4px 16px;
  }

  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0;
    font-size: 13px;
    font-weight: 600;
  }

  .colour {
    display: grid;
    gap: 4px;
  }
`;

/**
 * Changes a role as a whole, or makes one.
 *
 * @customElement admin-role-editor
 * @fires {Event} admin-changed - it is saved or gone
 */
@define('admin-role-editor')
export class AdminRoleEditor extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  /** Null for one that is to be made. */
  @property({ attribute: false }) roleId: string | null = null;
  @property({ attribute: false }) roles: readonly Role[] = [];

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has('roleId'))
      if (document.activeElement !== document.body) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override render(): TemplateResult {
    const role = this.roles.find(({ id }) => id === this.roleId);
    const { roles: text, shell } = this.text;
    if (this.roleId !== null && role === undefined) {
      return html`<div class="notice"><span class="words">${shell.notFoundText}</span></div>`;
    }
    const draft = this.#draft();
    const now = draft.over(this.#saved(role));
    const locked = role === undefined ? undefined : roleLock(this.text, this.session, role);
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title" tabindex="-1"><bdi>${role?.name ?? text.newName}</bdi></h2>
      ${
        locked === undefined ? nothing : html`<div class="notice">${lockIcon}<span class="words">${locked}</span></div>`
      }
      <form
        class="form"
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.#save(role);
        }}
      >
        ${this.#head(role, now, locked !== undefined)} ${this.#permissions(role, now)}
        ${this.formProblem(['name', 'rank', 'colour'])} ${this.#buttons(role, locked !== undefined)}
      </form>
    </section>`;
  }

  #head(role: Role | undefined, now: RoleWrite, isLocked: boolean): TemplateResult {
    const { roles: text, common } = this.text;
    const highest = Math.min(MAX_ROLE_RANK, this.session.me?.rank ?? 0) - 1;
    const isBuiltIn = role !== undefined && role.builtIn !== null;
    return html`<div class="pair">
      ${textField('name', common.name, now.name, (name) => this.#set(role, 'name', name), {
        required: true,
        maxLength: MAX_NAME_LENGTH,
        disabled: isLocked,
        problem: this.fieldProblem('name'),
      })}
      ${numberField('rank', text.rank, now.rank, (rank) => this.#set(role, 'rank', rank ?? 0), {
        required: true,
        min: 0,
        max: isBuiltIn ? MAX_ROLE_RANK : highest,
        disabled: isLocked || isBuiltIn,
        hint: isBuiltIn ? text.rankFixed : text.rankHint(highest),
        problem: this.fieldProblem('rank'),
      })}
      <div class="colour">
        <label class="label" for="colour">${text.colour}</label>
        <div class="row">
          <input
            id="colour"
            type="color"
            .value=${now.colour ?? FIRST_COLOUR}
            ?disabled=${isLocked}
            @input=${(event: Event) => {
              if (event.target instanceof HTMLInputElement) this.#set(role, 'colour', event.target.value);
            }}
          />
          ${
            now.colour === null
              ? html`<span class="hint">${text.noColour}</span>`
              : html`<button
                  class="button quiet"
                  type="button"
                  ?disabled=${isLocked}
                  @click=${() => this.#set(role, 'colour', null)}
                >
                  ${text.removeColour}
                </button>`
          }
        </div>
      </div>
    </div>`;
  }

  #permissions(role: Role | undefined, now: RoleWrite): TemplateResult {
    const { roles: text } = this.text;
    const inRooms: readonly Permission[] = CHANNEL_PERMISSIONS;
    const group = (title: string, permissions: readonly Permission[]): TemplateResult =>
      html`<fieldset>
        <legend>${title}</legend>
        <div class="permissions">
          ${permissions.map((permission) => {
            const { name, description } = this.text.permissions[permission];
            const isGiven = role?.builtIn === 'admin' || now.permissions.includes(permission);
            const locked = permissionLock(this.text, this.session, role, permission);
            return checkField(
              `p-${permission}`,
              name,
              isGiven,
              (checked) => this.#set(role, 'permissions', changed(now.permissions, permission, checked)),
              // What holds for the whole role is said once, above.
              locked === undefined || locked === text.notYours
                ? { hint: description, locked }
                : { locked: description },
            );
          })}
        </div>
      </fieldset>`;
    const server = ALL_PERMISSIONS.filter((permission) => !inRooms.includes(permission));
    return html`${group(text.everywhere, inRooms)} ${group(text.server, server)}`;
  }

  #buttons(role: Role | undefined, isLocked: boolean): TemplateResult {
    const { roles: text, common } = this.text;
    const draft = this.#draft();
    return html`<div class="row end">
      ${
        role === undefined || isLocked
          ? nothing
          : role.builtIn === null
            ? button(common.delete, () => void this.#delete(role), { kind: 'danger' })
            : html`<span class="hint">${text.builtInWhy}</span>`
      }
      ${draft.isEmpty ? nothing : button(common.discard, () => this.#clear())}
      ${button(role === undefined ? text.create : common.save, null, {
        kind: 'primary',
        busy: this.busy === 'save',
        disabled: draft.isEmpty || isLocked,
      })}
    </div>`;
  }

  #draft(): Draft<RoleWrite> {
    return new Draft<RoleWrite>(this.session, `roles:${this.roleId ?? 'new'}`);
  }

  #saved(role: Role | undefined): RoleWrite {
    const rank = Math.min(NEW_RANK, (this.session.me?.rank ?? 1) - 1);
    if (role === undefined) return { name: '', rank, colour: null, permissions: [] };
    return { name: role.name, rank: role.rank, colour: role.colour, permissions: sorted(role.permissions) };
  }

  #set<K extends keyof RoleWrite>(role: Role | undefined, field: K, value: RoleWrite[K]): void {
    this.#draft().set(this.#saved(role), field, value);
    this.requestUpdate();
  }

  #clear(): void {
    this.#draft().clear();
    this.requestUpdate();
  }

  async #save(role: Role | undefined): Promise<void> {
    const draft = this.#draft();
    const now = draft.over(this.#saved(role));
    if (this.busy !== '' || draft.isEmpty) return;
    const { roles: text } = this.text;
    const work = async (): Promise<void> => {
      if (role === undefined) await take(this.api.POST('/api/roles', { body: now }));
      else {
        const params = { path: { id: role.id } };
        await take(this.api.PATCH('/api/roles/{id}', { params, body: draft.changes }));
      }
      await this.session.reload();
    };
    if (!(await this.submit('save', work, role === undefined ? text.created(now.name) : text.saved(now.name)))) return;
    this.#clear();
    this.dispatchEvent(new Event('admin-changed'));
    if (role === undefined) location.hash = linkTo('roles');
  }

  async #delete(role: Role): Promise<void> {
    const { roles: text, common } = this.text;
    const question = {
      title: text.deleteTitle(role.name),
      text: text.deleteText(role.memberCount),
      action: common.delete,
    };
    if (!(await this.ask(question))) return;
    const params = { path: { id: role.id } };
    const isDone = await this.act(
      'delete',
      () => take(this.api.DELETE('/api/roles/{id}', { params })),
      text.deleted(role.name),
    );
    if (!isDone) return;
    this.#clear();
    this.dispatchEvent(new Event('admin-changed'));
    location.hash = linkTo('roles');
  }
}

function sorted(permissions: readonly Permission[]): Permission[] {
  return ALL_PERMISSIONS.filter((name) => permissions.includes(name));
}

function changed(permissions: readonly Permission[], permission: Permission, isGiven: boolean): Permission[] {
  return ALL_PERMISSIONS.filter((name) => (name === permission ? isGiven : permissions.includes(name)));
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-role-editor': AdminRoleEditor;
  }
}
