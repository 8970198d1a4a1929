import { html, nothing, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-member-dialog/admin-member-dialog.ts';
import type { AdminMemberDialog } from '../admin-member-dialog/admin-member-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Channel, LiveSession } from '../api/types.ts';
import { memberItems } from '../member-items.ts';
import { emptyState, who } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const EVERY_MS = 5_000;

interface Live {
  readonly members: readonly LiveSession[];
  readonly rooms: readonly Channel[];
}

/**
 * Who is connected now, and what can be done about it.
 *
 * @customElement admin-live
 */
@define('admin-live')
export class AdminLive extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @query('admin-member-dialog') private readonly dialog!: AdminMemberDialog;
  readonly #live = new Resource<Live>(
    this,
    async () => {
      const [members, rooms] = await Promise.all([
        take(this.api.GET('/api/sessions')),
        take(this.api.GET('/api/channels')),
      ]);
      return { members: members.items, rooms: rooms.items };
    },
    EVERY_MS,
  );

  protected override render(): TemplateResult {
    const { people } = this.text;
    return html`${this.loaded(this.#live, (live) =>
        live.members.length === 0
          ? emptyState(people.nobody, people.nobodyText)
          : html`<admin-table
              label=${people.live}
              .columns=${this.#columns(live)}
              .rows=${live.members}
              .key=${({ memberId }: LiveSession) => memberId}
            ></admin-table>`,
      )}
      <admin-member-dialog
        .session=${this.session}
        .rooms=${this.#live.value?.rooms ?? []}
        @admin-changed=${() => void this.#live.reload()}
      ></admin-member-dialog>`;
  }

  #columns({ rooms }: Live): ReturnType<typeof columns> {
    const { people, common, member: text } = this.text;
    const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
    return columns<LiveSession>([
      {
        label: people.person,
        cell: ({ nickname, userId, guest }) =>
          who(nickname, userId, guest ? html` <span class="badge">${text.guest}</span>` : nothing),
      },
      {
        label: people.room,
        cell: ({ channelId }) => html`<bdi>${nameOf.get(channelId ?? '') ?? people.noRoom}</bdi>`,
      },
      { label: people.state, cell: (row) => this.#states(row) },
      { label: people.lane, kind: 'fit', cell: ({ lane }) => (lane === null ? '' : (people.lanes[lane] ?? lane)) },
      ...(this.may('member.ban')
        ? [
            {
              label: people.address,
              cell: ({ address }: LiveSession) => html`<span class="mono">${address ?? ''}</span>`,
            },
          ]
        : []),
      { label: people.since, kind: 'fit', cell: ({ connectedAt }) => this.format.relative(connectedAt) },
      {
        label: common.actions,
        kind: 'menu',
        cell: (row) =>
          html`<admin-menu
            label=${common.actionsFor(row.nickname)}
            .items=${memberItems(this.text, this.session, row, {
              act: (work, done) => void this.#actAndReload(work, done),
              open: (kind) => this.dialog.show(kind, row),
            })}
          ></admin-menu>`,
      },
    ]);
  }

  #states(row: LiveSession): TemplateResult | typeof nothing {
    const { member: text } = this.text;
    const bad = [row.serverMuted ? text.serverMuted : '', row.serverDeafened ? text.serverDeafened : ''];
    const plain = [
      row.speaking ? text.speaking : '',
      row.muted && !row.serverMuted ? text.selfMuted : '',
      row.deafened && !row.serverDeafened ? text.selfDeafened : '',
      row.reconnecting ? text.away : '',
    ];
    const badge = (kind: string) => (label: string) =>
      label === '' ? nothing : html`<span class="badge ${kind}">${label}</span> `;
    if ([...bad, ...plain].every((label) => label === '')) return nothing;
    return html`${bad.map(badge('bad'))}${plain.map(badge(''))}`;
  }

  async #actAndReload(work: () => Promise<unknown>, done: string): Promise<void> {
    await this.act('act', work, done);
    await this.#live.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-live': AdminLive;
  }
}
