import { css, html, nothing, type TemplateResult } from 'lit';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-role-editor/admin-role-editor.ts';
import '../admin-role-matrix/admin-role-matrix.ts';
import { take } from '../api/api-error.ts';
import type { Role } from '../api/types.ts';
import { backIcon, plusIcon } from '../icons.ts';
import { Resource } from '../resource.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const NEW = 'new';

const styles = css`
  .roles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .roles a {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 0 8px;
    padding: 10px 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    color: var(--_text);
    text-decoration: none;
  }

  .roles a:hover {
    background: var(--_hover);
  }

  .roles strong {
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .roles .hint {
    grid-column: 2;
  }

  .back {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    width: fit-content;
  }
`;

/**
 * The roles, and what each of them may do; the one that the address names, to be changed as a whole.
 *
 * @customElement admin-roles
 */
@define('admin-roles')
export class AdminRoles extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  readonly #roles = new Resource(this, async () =>
    (await take(this.api.GET('/api/roles'))).items.toSorted((one, other) => other.rank - one.rank),
  );

  protected override render(): TemplateResult {
    const { roles, shell } = this.text;
    const { rest } = this.route;
    const add =
      rest === ''
        ? html`<a class="button primary link" href=${linkTo('roles', NEW)}>${plusIcon}${roles.add}</a>`
        : nothing;
    return html`${this.header(shell.roles, roles.intro, add)}
    ${this.loaded(this.#roles, (list) => (rest === '' ? this.#overview(list) : this.#editor(list, rest)))}`;
  }

  #overview(list: readonly Role[]): TemplateResult {
    const { roles } = this.text;
    const isAll = ({ builtIn }: Role): boolean => builtIn === 'guest' || builtIn === 'member';
    return html`<ul class="roles" aria-label=${this.text.shell.roles}>
        ${list.map(
          (role) =>
            html`<li>
              <a href=${linkTo('roles', role.id)}
                ><span class="dot" .style=${role.colour === null ? '' : `--_dot: ${role.colour}`}></span
                ><strong><bdi>${role.name}</bdi></strong
                ><span class="hint"
                  >${roles.rank} ${role.rank} ·
                  ${isAll(role) ? roles.all : roles.people(role.memberCount)}${
                    role.builtIn === null ? nothing : html` · ${roles.builtIn}`
                  }</span
                ></a
              >
            </li>`,
        )}
      </ul>
      <admin-role-matrix
        .session=${this.session}
        .roles=${list}
        @admin-changed=${() => void this.#roles.reload()}
      ></admin-role-matrix>`;
  }

  #editor(list: readonly Role[], id: string): TemplateResult {
    return html`<a class="back" href=${linkTo('roles')}>${backIcon}${this.text.roles.back}</a>
      <admin-role-editor
        .session=${this.session}
        .roleId=${id === NEW ? null : id}
        .roles=${list}
        @admin-changed=${() => void this.#roles.reload()}
      ></admin-role-editor>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-roles': AdminRoles;
  }
}
