import { html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-account-dialog/admin-account-dialog.ts';
import type { AdminAccountDialog } from '../admin-account-dialog/admin-account-dialog.ts';
import type { MenuItem } from '../admin-menu/admin-menu.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { User } from '../api/types.ts';
import { selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { emptyState, roleBadge, who } from '../parts/signs.ts';
import { Later } from '../later.ts';
import { pageQuery, PagedResource, Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/**
 * The accounts: to be found, changed, given roles, and deleted.
 *
 * @customElement admin-accounts
 */
@define('admin-accounts')
export class AdminAccounts extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private search = '';
  @state() private roleId = '';
  @query('admin-account-dialog') private readonly dialog!: AdminAccountDialog;
  readonly #roles = new Resource(this, async () => (await take(this.api.GET('/api/roles'))).items);
  readonly #users = new PagedResource<User>(this, (after) => {
    const search = this.search.trim();
    const query = {
      ...pageQuery(after),
      ...(search === '' ? {} : { search }),
      ...(this.roleId === '' ? {} : { role: this.roleId }),
    };
    return take(this.api.GET('/api/users', { params: { query } }));
  });
  readonly #later = new Later(this, () => void this.#users.reload());

  protected override render(): TemplateResult {
    const { accounts, common } = this.text;
    const given = (this.#roles.value ?? []).filter(({ builtIn }) => builtIn !== 'guest' && builtIn !== 'member');
    return html`<div class="toolbar" role="search">
        ${textField('search', common.search, this.search, this.#searched, { type: 'search', placeholder: accounts.searchHint })}
        ${selectField(
          'role',
          accounts.role,
          this.roleId,
          [['', accounts.anyRole], ...given.map(({ id, name }) => [id, name] as const)],
          this.#filtered,
        )}
      </div>
      ${this.loaded(this.#users, ({ items, next }) =>
        items.length === 0
          ? this.#nobody()
          : html`<admin-table
                label=${this.text.people.accounts}
                .columns=${this.#columns()}
                .rows=${items}
                .key=${({ id }: User) => id}
              ></admin-table>
              ${moreButton(this.text, this.#users, next)}`,
      )}
      <admin-account-dialog
        .session=${this.session}
        .roles=${given}
        @admin-changed=${() => void this.#users.reload()}
      ></admin-account-dialog>`;
  }

  #nobody(): TemplateResult {
    const { accounts, common } = this.text;
    return this.search === '' && this.roleId === ''
      ? emptyState(accounts.empty, accounts.emptyText)
      : emptyState(common.nothingFound, common.nothingFoundText);
  }

  #columns(): ReturnType<typeof columns> {
    const { people, accounts, common } = this.text;
    return columns<User>([
      {
        label: people.person,
        cell: ({ nickname, username, id }) =>
          who(nickname, id, html` <span class="muted"><bdi>${username}</bdi></span>`),
      },
      {
        label: accounts.roles,
        cell: ({ roles }) =>
          roles.length === 0 ? nothing : html`<span class="row">${roles.map((role) => roleBadge(role))}</span>`,
      },
      {
        label: accounts.lastSeen,
        kind: 'fit',
        cell: ({ online, lastSeenAt }) =>
          online
            ? html`<span class="badge good">${accounts.online}</span>`
            : lastSeenAt === null
              ? common.never
              : this.format.relative(lastSeenAt),
      },
      { label: common.created, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      {
        label: common.actions,
        kind: 'menu',
        cell: (user) =>
          html`<admin-menu label=${common.actionsFor(user.nickname)} .items=${this.#items(user)}></admin-menu>`,
      },
    ]);
  }

  #items(user: User): MenuItem[] {
    const { accounts, member } = this.text;
    const isSelf = user.id === this.session.me?.id;
    const locked = isSelf ? accounts.yourself : this.session.outranks(user.rank) ? undefined : member.higher;
    return [
      { label: accounts.edit, locked, act: () => this.dialog.show('edit', user) },
      { label: accounts.resetPassword, locked, act: () => this.dialog.show('password', user) },
      {
        label: accounts.remove,
        danger: true,
        locked,
        act: () => void this.#delete(user),
      },
    ];
  }

  async #delete(user: User): Promise<void> {
    const { accounts } = this.text;
    const agreed = await this.ask({
      title: accounts.deleteTitle(user.nickname),
      text: accounts.deleteText(user.username),
      action: accounts.deleteAction,
      typed: user.username,
    });
    if (!agreed) return;
    const params = { path: { id: user.id } };
    await this.act(
      'delete',
      () => take(this.api.DELETE('/api/users/{id}', { params })),
      accounts.deleted(user.nickname),
    );
    await this.#users.reload();
  }

  readonly #searched = (search: string): void => {
    this.search = search;
    this.#later.soon();
  };

  readonly #filtered = (role: string): void => {
    this.roleId = role;
    void this.#users.reload();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-accounts': AdminAccounts;
  }
}
