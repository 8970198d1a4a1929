import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Delivery, Webhook } from '../api/types.ts';
import { button, emptyState } from '../parts/signs.ts';
import { pageQuery, Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const EVERY_MS = 5_000;
const KINDS = { waiting: 'waiting', delivered: 'good', failed: 'bad' } as const;

/**
 * What was sent to a webhook, and how that went.
 *
 * @customElement admin-deliveries
 */
@define('admin-deliveries')
export class AdminDeliveries extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @property({ attribute: false }) webhook!: Webhook;
  readonly #deliveries = new Resource(
    this,
    () => {
      const params = { path: { id: this.webhook.id }, query: pageQuery(undefined) };
      return take(this.api.GET('/api/webhooks/{id}/deliveries', { params }));
    },
    EVERY_MS,
  );

  protected override render(): TemplateResult {
    const { webhooks } = this.text;
    const test = button(webhooks.test, () => void this.#test(), { busy: this.busy !== '' });
    return html`<div class="page-header">
        <div>
          <h2><bdi>${webhooks.deliveriesOf(this.webhook.name)}</bdi></h2>
          <p class="muted mono">${this.webhook.url}</p>
        </div>
        <div class="actions">${test}</div>
      </div>
      ${this.loaded(this.#deliveries, ({ items }) =>
        items.length === 0
          ? emptyState(webhooks.noDeliveries, webhooks.noDeliveriesText)
          : html`<admin-table
              label=${webhooks.deliveries}
              .columns=${this.#columns()}
              .rows=${items}
              .key=${({ id }: Delivery) => id}
            ></admin-table>`,
      )}`;
  }

  #columns(): ReturnType<typeof columns> {
    const { webhooks, common } = this.text;
    return columns<Delivery>([
      { label: webhooks.event, cell: ({ event }) => html`<code class="mono nowrap">${event}</code>` },
      {
        label: webhooks.state,
        kind: 'fit',
        cell: ({ status }) => html`<span class="badge ${KINDS[status]}">${webhooks.statuses[status]}</span>`,
      },
      { label: webhooks.attempts, kind: 'end', cell: ({ attempts }) => this.format.number(attempts) },
      {
        label: webhooks.answer,
        kind: 'wide',
        cell: ({ responseStatus, failure }) =>
          responseStatus === null && failure === null
            ? nothing
            : html`${responseStatus ?? ''} <span class="muted">${failure ?? ''}</span>`,
      },
      { label: common.created, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      {
        label: webhooks.next,
        kind: 'fit',
        cell: ({ status, nextAttemptAt }) =>
          status === 'waiting' && nextAttemptAt !== null ? this.format.relative(nextAttemptAt) : nothing,
      },
    ]);
  }

  async #test(): Promise<void> {
    const params = { path: { id: this.webhook.id } };
    await this.act('test', () => take(this.api.POST('/api/webhooks/{id}/test', { params })), this.text.webhooks.tested);
    await this.#deliveries.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-deliveries': AdminDeliveries;
  }
}
