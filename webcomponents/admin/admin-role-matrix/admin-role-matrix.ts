import { ALL_PERMISSIONS, CHANNEL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { Role } from '../api/types.ts';
import { Draft } from '../draft.ts';
import { button } from '../parts/signs.ts';
import { permissionLock } from '../role-locks.ts';
import { linkTo } from '../route.ts';
import { matrix } from '../styles/matrix.styles.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/** The permissions of each role that were changed, by its id. */
type Given = Record<string, readonly Permission[]>;

const IN_ROOMS: ReadonlySet<Permission> = new Set(CHANNEL_PERMISSIONS);

const styles = css`
  tbody th {
    min-width: 140px;
  }

  tbody th .hint {
    display: block;
  }

  thead a {
    color: var(--_text);
  }

  input[type='checkbox'] {
    display: block;
    width: 18px;
    height: 18px;
    margin: 7px auto;
  }

  input[aria-disabled='true'] {
    opacity: 0.55;
  }

  .changed {
    background: var(--_warning-tint);
  }

  @media (max-width: 899px) {
    tbody th .hint {
      display: none;
    }
  }
`;

/**
 * All roles and all permissions in one table.
 *
 * @customElement admin-role-matrix
 * @fires {Event} admin-changed - it is saved
 */
@define('admin-role-matrix')
export class AdminRoleMatrix extends AdminPage {
  static override styles = [theme, controls, parts, page, matrix, styles];

  @property({ attribute: false }) roles: readonly Role[] = [];

  protected override render(): TemplateResult {
    const { roles: text, common } = this.text;
    const draft = this.#draft();
    const server = ALL_PERMISSIONS.filter((permission) => !IN_ROOMS.has(permission));
    return html`<div class="card">
      <div>
        <h2 id="title">${text.matrix}</h2>
        <p class="intro">${text.matrixHint}</p>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="title">
        <table>
          <thead>
            <tr>
              <th scope="col">${text.permission}</th>
              ${this.roles.map(
                (role) =>
                  html`<th scope="col">
                    <a href=${linkTo('roles', role.id)}><bdi>${role.name}</bdi></a>
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${this.#group(text.everywhere, CHANNEL_PERMISSIONS)} ${this.#group(text.server, server)}
          </tbody>
        </table>
      </div>
      ${this.formProblem()}
      <div class="row end">
        ${draft.isEmpty ? nothing : button(common.discard, () => this.#change(() => draft.clear()))}
        ${button(text.saveMatrix, () => void this.#save(), {
          kind: 'primary',
          busy: this.busy !== '',
          disabled: draft.isEmpty,
        })}
      </div>
    </div>`;
  }

  #group(title: string, permissions: readonly Permission[]): TemplateResult {
    return html`<tr class="group">
        <th scope="rowgroup" colspan=${this.roles.length + 1}>${title}</th>
      </tr>
      ${permissions.map((permission) => {
        const { name, description } = this.text.permissions[permission];
        return html`<tr>
          <th scope="row">${name}<span class="hint">${description}</span></th>
          ${this.roles.map((role) => this.#cell(role, permission))}
        </tr>`;
      })}`;
  }

  #cell(role: Role, permission: Permission): TemplateResult {
    const given = this.#draft().changes[role.id] ?? role.permissions;
    const isGiven = role.builtIn === 'admin' || given.includes(permission);
    const isChanged = given.includes(permission) !== role.permissions.includes(permission);
    const locked = permissionLock(this.text, this.session, role, permission);
    const name = this.text.roles.cell(this.text.permissions[permission].name, role.name);
    return html`<td class=${isChanged ? 'changed' : ''} title=${locked ?? nothing}>
      <input
        type="checkbox"
        aria-label=${locked === undefined ? name : `${name}. ${locked}`}
        aria-disabled=${locked === undefined ? nothing : 'true'}
        .checked=${live(isGiven)}
        @click=${(event: Event) => {
          if (locked === undefined) return;
          event.preventDefault();
          this.toast(locked, 'failed');
        }}
        @change=${() => this.#toggle(role, permission)}
      />
    </td>`;
  }

  #draft(): Draft<Given> {
    return new Draft<Given>(this.session, 'roles:matrix');
  }

  #toggle(role: Role, permission: Permission): void {
    const draft = this.#draft();
    const before = draft.changes[role.id] ?? role.permissions;
    const after = ALL_PERMISSIONS.filter((name) => before.includes(name) !== (name === permission));
    const saved = ALL_PERMISSIONS.filter((name) => role.permissions.includes(name));
    this.#change(() => draft.set({ [role.id]: saved }, role.id, after));
  }

  #change(work: () => void): void {
    work();
    this.requestUpdate();
  }

  async #save(): Promise<void> {
    if (this.busy !== '') return;
    const changes = Object.entries(this.#draft().changes);
    const done = await this.submit(
      'save',
      async () => {
        for (const [id, permissions] of changes) {
          if (permissions === undefined) continue;
          const params = { path: { id } };
          await take(this.api.PATCH('/api/roles/{id}', { params, body: { permissions: [...permissions] } }));
        }
        await this.session.reload();
      },
      this.text.roles.savedMatrix,
    );
    if (done) this.#draft().clear();
    this.dispatchEvent(new Event('admin-changed'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-role-matrix': AdminRoleMatrix;
  }
}
