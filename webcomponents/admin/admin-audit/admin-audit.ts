import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import type { MenuItem } from '../admin-menu/admin-menu.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { AuditAction, AuditEntry } from '../api/types.ts';
import { Later } from '../later.ts';
import { selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { button, emptyState } from '../parts/signs.ts';
import { pageQuery, PagedResource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const DAY_MS = 86_400_000;

const styles = css`
  .toolbar > .field {
    flex-basis: 180px;
  }
`;

/**
 * Who did what: to be read, not changed.
 *
 * @customElement admin-audit
 */
@define('admin-audit')
export class AdminAudit extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  @state() private action: AuditAction | '' = '';
  @state() private actor: { readonly id: string; readonly name: string } | null = null;
  /** Days, as `<input type="date">` tells them. */
  @state() private from = '';
  @state() private to = '';
  readonly #entries = new PagedResource<AuditEntry>(this, (after) =>
    take(this.api.GET('/api/audit', { params: { query: { ...pageQuery(after), ...this.#filters() } } })),
  );
  readonly #later = new Later(this, () => void this.#entries.reload());

  protected override render(): TemplateResult {
    const { audit, shell, common } = this.text;
    return html`${this.header(shell.audit, audit.intro)}
      <div class="toolbar" role="search">
        ${selectField(
          'action',
          audit.action,
          this.action,
          [['', audit.anyAction], ...Object.entries(audit.actions)],
          (action) => {
            this.action = action as AuditAction | '';
            void this.#entries.reload();
          },
        )}
        ${textField('from', audit.from, this.from, this.#set('from'), { type: 'date' })}
        ${textField('to', audit.to, this.to, this.#set('to'), { type: 'date' })}
        ${
          this.actor === null
            ? nothing
            : html`<span class="badge">${audit.onlyActor(this.actor.name)}</span>
                ${button(audit.allActors, () => this.#onlyBy(null))}`
        }
      </div>
      ${this.loaded(this.#entries, ({ items, next }) =>
        items.length > 0
          ? html`<admin-table
                label=${shell.audit}
                .columns=${this.#columns()}
                .rows=${items}
                .key=${({ id }: AuditEntry) => id}
              ></admin-table>
              ${moreButton(this.text, this.#entries, next)}`
          : Object.keys(this.#filters()).length === 0
            ? emptyState(audit.empty, audit.emptyText)
            : emptyState(common.nothingFound, common.nothingFoundText),
      )}`;
  }

  #filters(): { action?: AuditAction; actorId?: string; from?: number; to?: number } {
    const { action } = this;
    const from = dayStart(this.from);
    const to = dayStart(this.to);
    return {
      ...(action === '' ? {} : { action }),
      ...(this.actor === null ? {} : { actorId: this.actor.id }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to: to + DAY_MS }),
    };
  }

  #columns(): ReturnType<typeof columns> {
    const { audit, common } = this.text;
    const actions: Readonly<Record<string, string>> = audit.actions;
    return columns<AuditEntry>([
      { label: audit.at, cell: ({ at }) => html`<span class="number nowrap">${this.format.dateTime(at)}</span>` },
      {
        label: audit.actor,
        cell: ({ actorName, actorId }) =>
          actorId === null ? audit.system : html`<strong><bdi>${actorName}</bdi></strong>`,
      },
      {
        label: audit.action,
        cell: ({ action }) => html`<span title=${action}>${actions[action] ?? action}</span>`,
      },
      { label: audit.target, cell: ({ targetName, targetId }) => targetName || (targetId ?? '') },
      { label: audit.detail, kind: 'wide', cell: ({ detail }) => told(detail) },
      {
        label: common.actions,
        kind: 'menu',
        cell: (entry) =>
          html`<admin-menu label=${common.actionsFor(entry.action)} .items=${this.#items(entry)}></admin-menu>`,
      },
    ]);
  }

  #items({ actorId, actorName }: AuditEntry): MenuItem[] {
    if (actorId === null) return [];
    return [{ label: this.text.audit.onlyActor(actorName), act: () => this.#onlyBy({ id: actorId, name: actorName }) }];
  }

  #onlyBy(actor: { readonly id: string; readonly name: string } | null): void {
    this.actor = actor;
    void this.#entries.reload();
  }

  #set(field: 'from' | 'to'): (value: string) => void {
    return (value) => {
      this[field] = value;
      this.#later.soon();
    };
  }
}

/** A day where the reader is; undefined while it is not whole. */
function dayStart(day: string): number | undefined {
  if (day === '') return undefined;
  const start = new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(start) ? undefined : start;
}

/** What an entry tells besides, flat enough for a line. */
function told(detail: Readonly<Record<string, unknown>>): unknown {
  const pairs = Object.entries(detail).filter(([, value]) => value !== '' && value !== null);
  if (pairs.length === 0) return nothing;
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return html`<span class="small"
    >${pairs.map(([key, value], index) => html`${index === 0 ? nothing : ' · '}<span class="muted">${key}</span> <bdi>${text(value)}</bdi>`)}</span
  >`;
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-audit': AdminAudit;
  }
}
