import { html, nothing, type TemplateResult } from 'lit';
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
import type { Invite, Role } from '../api/types.ts';
import { plusIcon } from '../icons.ts';
import { checkField, numberField, selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { button, emptyState, roleBadge } from '../parts/signs.ts';
import { pageQuery, PagedResource, Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const WEEK_MS = 604_800_000;
const MAX_NOTE_LENGTH = 64;

/**
 * Links that let people make an account.
 *
 * @customElement admin-invites
 */
@define('admin-invites')
export class AdminInvites extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private open = false;
  /** The link that was just made; it is not told again. */
  @state() private link = '';
  @state() private note = '';
  @state() private maxUses: number | null = 1;
  @state() private lifetimeMs = WEEK_MS;
  @state() private roleIds: readonly string[] = [];
  readonly #roles = new Resource(this, async () => (await take(this.api.GET('/api/roles'))).items);
  readonly #invites = new PagedResource<Invite>(this, (after) =>
    take(this.api.GET('/api/invites', { params: { query: pageQuery(after) } })),
  );

  protected override render(): TemplateResult {
    const { invites, shell } = this.text;
    const add = button(invites.add, this.#show, { kind: 'primary', icon: plusIcon });
    return html`${this.header(shell.invites, invites.intro, add)}
    ${this.loaded(this.#invites, ({ items, next }) =>
      items.length === 0
        ? emptyState(invites.empty, invites.emptyText)
        : html`<admin-table
              label=${shell.invites}
              .columns=${this.#columns()}
              .rows=${items}
              .key=${({ id }: Invite) => id}
            ></admin-table>
            ${moreButton(this.text, this.#invites, next)}`,
    )}
    ${this.#dialog()}`;
  }

  #columns(): ReturnType<typeof columns> {
    const { invites, common } = this.text;
    const roles = new Map((this.#roles.value ?? []).map((role) => [role.id, role]));
    return columns<Invite>([
      { label: invites.note, cell: ({ note }) => html`<strong><bdi>${note || invites.noNote}</bdi></strong>` },
      {
        label: invites.roles,
        cell: ({ roleIds }) => {
          const known = roleIds.map((id) => roles.get(id)).filter((role) => role !== undefined);
          return known.length === 0 ? nothing : html`<span class="row">${known.map(roleBadge)}</span>`;
        },
      },
      { label: invites.uses, kind: 'fit', cell: ({ uses, maxUses }) => invites.usesOf(uses, maxUses) },
      { label: common.created, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      { label: common.expires, kind: 'fit', cell: (invite) => this.#end(invite) },
      {
        label: common.actions,
        kind: 'menu',
        cell: (invite) =>
          html`<admin-menu
            label=${common.actionsFor(invite.note || invites.noNote)}
            .items=${[{ label: invites.revoke, danger: true, act: () => void this.#revoke(invite) }]}
          ></admin-menu>`,
      },
    ]);
  }

  #end({ expiresAt, maxUses, uses }: Invite): unknown {
    const { invites, common } = this.text;
    if (expiresAt !== null && expiresAt <= Date.now()) return html`<span class="badge">${invites.expired}</span>`;
    if (maxUses !== null && uses >= maxUses) return html`<span class="badge">${invites.usedUp}</span>`;
    return expiresAt === null ? common.never : this.format.relative(expiresAt);
  }

  #dialog(): TemplateResult {
    const { invites, common } = this.text;
    return html`<admin-dialog
      heading=${this.link === '' ? invites.add : invites.madeTitle}
      ?open=${this.open}
      @admin-close=${this.#close}
    >
      ${
        !this.open
          ? nothing
          : this.link === ''
            ? html`<form class="form" @submit=${this.#make}>${this.#fields()}</form>`
            : html`<div class="form">
                <p>${invites.madeText}</p>
                <admin-secret label=${invites.link} value=${this.link}></admin-secret>
                <div class="row end">${button(common.done, this.#close, { kind: 'primary' })}</div>
              </div>`
      }
    </admin-dialog>`;
  }

  #fields(): TemplateResult {
    const { invites, common } = this.text;
    return html`${textField('note', invites.note, this.note, (note) => (this.note = note), {
        maxLength: MAX_NOTE_LENGTH,
        hint: invites.noteHint,
        problem: this.fieldProblem('note'),
      })}
      <div class="pair">
        ${numberField('max-uses', invites.maxUses, this.maxUses, (value) => (this.maxUses = value), {
          min: 1,
          hint: invites.maxUsesHint,
          problem: this.fieldProblem('maxUses'),
        })}
        ${selectField(
          'lifetime',
          invites.lifetime,
          String(this.lifetimeMs),
          invites.lifetimes.map(([ms, label]) => [String(ms), label]),
          (ms) => (this.lifetimeMs = Number(ms)),
        )}
      </div>
      ${this.#roleChoice((this.#roles.value ?? []).filter(({ builtIn }) => builtIn !== 'guest' && builtIn !== 'member'))}
      ${this.formProblem(['note', 'maxUses'])}
      <div class="row end">
        <button class="button" type="button" @click=${this.#close}>${common.cancel}</button>
        ${button(invites.create, null, { kind: 'primary', busy: this.busy !== '' })}
      </div>`;
  }

  #roleChoice(roles: readonly Role[]): TemplateResult {
    const { invites } = this.text;
    return html`<div role="group" aria-labelledby="roles">
      <span class="label" id="roles">${invites.roles}</span>
      <p class="hint">${invites.rolesHint}</p>
      ${roles.map((role) =>
        checkField(
          `role-${role.id}`,
          roleBadge(role),
          this.roleIds.includes(role.id),
          (checked) => {
            this.roleIds = checked ? [...this.roleIds, role.id] : this.roleIds.filter((id) => id !== role.id);
          },
          { locked: this.session.outranks(role.rank) ? undefined : this.text.roles.tooHigh },
        ),
      )}
    </div>`;
  }

  readonly #show = (): void => {
    this.open = true;
    this.problem = null;
    this.link = '';
    this.note = '';
    this.roleIds = [];
  };

  readonly #close = (): void => {
    this.open = false;
    this.link = '';
  };

  readonly #make = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    const { note, maxUses, lifetimeMs, roleIds } = this;
    const expiresAt = lifetimeMs === 0 ? null : Date.now() + lifetimeMs;
    await this.submit('make', async () => {
      const body = { note, maxUses, expiresAt, roleIds: [...roleIds] };
      const { code } = await take(this.api.POST('/api/invites', { body }));
      this.link = new URL(`../#invite=${encodeURIComponent(code)}`, location.origin + location.pathname).href;
      await this.#invites.reload();
    });
  };

  async #revoke(invite: Invite): Promise<void> {
    const { invites } = this.text;
    if (!(await this.ask({ title: invites.revokeTitle, text: invites.revokeText, action: invites.revoke }))) return;
    const params = { path: { id: invite.id } };
    await this.act('revoke', () => take(this.api.DELETE('/api/invites/{id}', { params })), invites.revoked);
    await this.#invites.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-invites': AdminInvites;
  }
}
