import { ALL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-secret/admin-secret.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { ApiKey } from '../api/types.ts';
import { plusIcon } from '../icons.ts';
import { checkField, selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { button, emptyState } from '../parts/signs.ts';
import { pageQuery, PagedResource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const MAX_NAME_LENGTH = 64;
const NINETY_DAYS_MS = 7_776_000_000;

const styles = css`
  .permissions {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr));
    gap: 0 16px;
  }
`;

/**
 * Keys for scripts and other sites.
 *
 * @customElement admin-keys
 */
@define('admin-keys')
export class AdminKeys extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  @state() private open = false;
  /** The key that was just made; it is not told again. */
  @state() private secret = '';
  @state() private name = '';
  @state() private permissions: readonly Permission[] = [];
  @state() private lifetimeMs = NINETY_DAYS_MS;
  @state() private nothingChosen = false;
  readonly #keys = new PagedResource<ApiKey>(this, (after) =>
    take(this.api.GET('/api/api-keys', { params: { query: pageQuery(after) } })),
  );

  protected override render(): TemplateResult {
    const { keys, shell } = this.text;
    const actions = html`<a class="button link" href="../api/docs" target="_blank" rel="noopener">${keys.docs}</a>
      ${button(keys.add, this.#show, { kind: 'primary', icon: plusIcon })}`;
    return html`${this.header(shell.keys, keys.intro, actions)}
    ${this.loaded(this.#keys, ({ items, next }) =>
      items.length === 0
        ? emptyState(keys.empty, keys.emptyText)
        : html`<admin-table
              label=${shell.keys}
              .columns=${this.#columns()}
              .rows=${items}
              .key=${({ id }: ApiKey) => id}
            ></admin-table>
            ${moreButton(this.text, this.#keys, next)}`,
    )}
    ${this.#dialog()}`;
  }

  #columns(): ReturnType<typeof columns> {
    const { keys, common } = this.text;
    return columns<ApiKey>([
      { label: common.name, cell: ({ name }) => html`<strong><bdi>${name}</bdi></strong>` },
      { label: keys.permissions, kind: 'wide', cell: ({ permissions }) => this.#permissions(permissions) },
      {
        label: keys.lastUsed,
        kind: 'fit',
        cell: ({ lastUsedAt }) => (lastUsedAt === null ? common.never : this.format.relative(lastUsedAt)),
      },
      { label: common.created, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      {
        label: common.expires,
        kind: 'fit',
        cell: ({ expiresAt }) =>
          expiresAt === null
            ? common.never
            : expiresAt <= Date.now()
              ? html`<span class="badge">${keys.expired}</span>`
              : this.format.relative(expiresAt),
      },
      {
        label: common.actions,
        kind: 'menu',
        cell: (key) =>
          html`<admin-menu
            label=${common.actionsFor(key.name)}
            .items=${[{ label: keys.revoke, danger: true, act: () => void this.#revoke(key) }]}
          ></admin-menu>`,
      },
    ]);
  }

  #permissions(list: ApiKey['permissions']): TemplateResult {
    const names = list.map((permission) => this.text.permissions[permission].name);
    return html`<span class="row">${names.map((name) => html`<span class="badge">${name}</span>`)}</span>`;
  }

  #dialog(): TemplateResult {
    const { keys, common } = this.text;
    return html`<admin-dialog
      heading=${this.secret === '' ? keys.add : keys.madeTitle}
      ?open=${this.open}
      @admin-close=${this.#close}
    >
      ${
        !this.open
          ? nothing
          : this.secret === ''
            ? html`<form class="form" @submit=${this.#make}>${this.#fields()}</form>`
            : html`<div class="form">
                <p>${keys.madeText}</p>
                <admin-secret label=${keys.key} value=${this.secret}></admin-secret>
                <div class="row end">${button(common.done, this.#close, { kind: 'primary' })}</div>
              </div>`
      }
    </admin-dialog>`;
  }

  #fields(): TemplateResult {
    const { keys, common, permissions, roles } = this.text;
    return html`<div class="pair">
        ${textField('name', common.name, this.name, (name) => (this.name = name), {
          required: true,
          maxLength: MAX_NAME_LENGTH,
          problem: this.fieldProblem('name'),
        })}
        ${selectField(
          'lifetime',
          keys.lifetime,
          String(this.lifetimeMs),
          keys.lifetimes.map(([ms, label]) => [String(ms), label]),
          (ms) => (this.lifetimeMs = Number(ms)),
        )}
      </div>
      <div role="group" aria-labelledby="permissions">
        <span class="label" id="permissions">${keys.permissions}</span>
        <div class="permissions">
          ${ALL_PERMISSIONS.map((permission) =>
            checkField(
              `p-${permission}`,
              permissions[permission].name,
              this.permissions.includes(permission),
              (checked) => {
                const has = (one: Permission): boolean =>
                  one === permission ? checked : this.permissions.includes(one);
                this.permissions = ALL_PERMISSIONS.filter(has);
                this.nothingChosen = false;
              },
              { locked: this.may(permission) ? undefined : roles.notYours },
            ),
          )}
        </div>
        ${this.nothingChosen ? html`<span class="error" role="alert">${keys.choose}</span>` : nothing}
      </div>
      ${this.formProblem(['name'])}
      <div class="row end">
        <button class="button" type="button" @click=${this.#close}>${common.cancel}</button>
        ${button(keys.create, null, { kind: 'primary', busy: this.busy !== '' })}
      </div>`;
  }

  readonly #show = (): void => {
    this.open = true;
    this.problem = null;
    this.secret = '';
    this.name = '';
    this.permissions = [];
    this.nothingChosen = false;
  };

  readonly #close = (): void => {
    this.open = false;
    this.secret = '';
  };

  readonly #make = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    this.nothingChosen = this.permissions.length === 0;
    if (this.nothingChosen) return;
    const { name, permissions, lifetimeMs } = this;
    const expiresAt = lifetimeMs === 0 ? null : Date.now() + lifetimeMs;
    await this.submit('make', async () => {
      const body = { name, permissions: [...permissions], expiresAt };
      this.secret = (await take(this.api.POST('/api/api-keys', { body }))).key;
      await this.#keys.reload();
    });
  };

  async #revoke({ id, name }: ApiKey): Promise<void> {
    const { keys } = this.text;
    if (!(await this.ask({ title: keys.revokeTitle(name), text: keys.revokeText, action: keys.revoke }))) return;
    const params = { path: { id } };
    await this.act('revoke', () => take(this.api.DELETE('/api/api-keys/{id}', { params })), keys.revoked);
    await this.#keys.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-keys': AdminKeys;
  }
}
