import { MAX_REASON_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Ban } from '../api/types.ts';
import { Later } from '../later.ts';
import { plusIcon } from '../icons.ts';
import { selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { button, emptyState, who } from '../parts/signs.ts';
import { pageQuery, PagedResource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const DAY_MS = 86_400_000;

/**
 * Who is kept out.
 *
 * @customElement admin-bans
 */
@define('admin-bans')
export class AdminBans extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private search = '';
  @state() private adding = false;
  @state() private address = '';
  @state() private reason = '';
  @state() private durationMs = DAY_MS;
  readonly #bans = new PagedResource<Ban>(this, (after) => {
    const search = this.search.trim();
    const query = { ...pageQuery(after), ...(search === '' ? {} : { search }) };
    return take(this.api.GET('/api/bans', { params: { query } }));
  });
  readonly #later = new Later(this, () => void this.#bans.reload());

  protected override render(): TemplateResult {
    const { bans, shell, common } = this.text;
    const add = button(bans.add, this.#open, { kind: 'primary', icon: plusIcon });
    return html`${this.header(shell.bans, bans.intro, add)}
      <div class="toolbar" role="search">
        ${textField(
          'search',
          common.search,
          this.search,
          (search) => {
            this.search = search;
            this.#later.soon();
          },
          { type: 'search' },
        )}
      </div>
      ${this.loaded(this.#bans, ({ items, next }) =>
        items.length > 0
          ? html`<admin-table
                label=${shell.bans}
                .columns=${this.#columns()}
                .rows=${items}
                .key=${({ id }: Ban) => id}
              ></admin-table>
              ${moreButton(this.text, this.#bans, next)}`
          : this.search === ''
            ? emptyState(bans.empty, bans.emptyText)
            : emptyState(common.nothingFound, common.nothingFoundText),
      )}
      ${this.#dialog()}`;
  }

  #columns(): ReturnType<typeof columns> {
    const { bans, common } = this.text;
    return columns<Ban>([
      {
        label: bans.who,
        cell: ({ nickname, userId, address }) =>
          html`${
            nickname === '' ? html`<strong>${bans.addressOnly}</strong>` : who(nickname, userId ?? nickname)
          }${address === null ? nothing : html` <span class="mono muted">${address}</span>`}`,
      },
      { label: common.reason, kind: 'wide', cell: ({ reason }) => html`<bdi>${reason}</bdi>` },
      { label: bans.by, cell: ({ createdByName }) => html`<bdi>${createdByName}</bdi>` },
      { label: common.created, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      {
        label: bans.until,
        kind: 'fit',
        cell: ({ until }) => (until === null ? common.forever : this.format.dateTime(until)),
      },
      {
        label: common.actions,
        kind: 'menu',
        cell: (ban) =>
          html`<admin-menu
            label=${common.actionsFor(nameOf(ban))}
            .items=${[{ label: bans.lift, act: () => void this.#lift(ban) }]}
          ></admin-menu>`,
      },
    ]);
  }

  #dialog(): TemplateResult {
    const { bans, common, member } = this.text;
    return html`<admin-dialog heading=${bans.add} ?open=${this.adding} @admin-close=${() => (this.adding = false)}>
      ${
        this.adding
          ? html`<form class="form" @submit=${this.#add}>
              ${textField('address', bans.address, this.address, (value) => (this.address = value), {
                required: true,
                hint: bans.addressHint,
                problem: this.fieldProblem('address'),
              })}
              ${textField('reason', common.reason, this.reason, (value) => (this.reason = value), {
                maxLength: MAX_REASON_LENGTH,
                hint: common.reasonHint,
              })}
              ${selectField(
                'duration',
                member.duration,
                String(this.durationMs),
                member.durations.map(([ms, label]) => [String(ms), label]),
                (ms) => (this.durationMs = Number(ms)),
              )}
              ${this.formProblem(['address'])}
              <div class="row end">
                <button class="button" type="button" @click=${() => (this.adding = false)}>${common.cancel}</button>
                ${button(member.banAction, null, { kind: 'destructive', busy: this.busy !== '' })}
              </div>
            </form>`
          : nothing
      }
    </admin-dialog>`;
  }

  readonly #open = (): void => {
    this.adding = true;
    this.problem = null;
    this.address = '';
    this.reason = '';
  };

  readonly #add = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy !== '') return;
    const { address, reason, durationMs } = this;
    const until = durationMs === 0 ? null : Date.now() + durationMs;
    const work = (): Promise<unknown> =>
      take(this.api.POST('/api/bans', { body: { address: address.trim(), reason, until } }));
    if (!(await this.submit('add', work, this.text.bans.added))) return;
    this.adding = false;
    await this.#bans.reload();
  };

  async #lift(ban: Ban): Promise<void> {
    const { bans } = this.text;
    const name = nameOf(ban);
    if (!(await this.ask({ title: bans.liftTitle(name), text: bans.liftText, action: bans.lift }))) return;
    const params = { path: { id: ban.id } };
    await this.act('lift', () => take(this.api.DELETE('/api/bans/{id}', { params })), bans.lifted(name));
    await this.#bans.reload();
  }
}

function nameOf({ nickname, address }: Ban): string {
  return nickname === '' ? (address ?? '') : nickname;
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-bans': AdminBans;
  }
}
