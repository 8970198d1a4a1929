import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-deliveries/admin-deliveries.ts';
import '../admin-dialog/admin-dialog.ts';
import type { MenuItem } from '../admin-menu/admin-menu.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-secret/admin-secret.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Body, Webhook } from '../api/types.ts';
import { backIcon, plusIcon } from '../icons.ts';
import { checkField, textField } from '../parts/fields.ts';
import { button, emptyState } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

type Events = Webhook['events'];
export const WEBHOOK_EVENTS: Events = ['member.joined', 'member.left', 'message.created', 'moderation.acted'];
const MAX_NAME_LENGTH = 64;

/**
 * The addresses that are told of events; what was sent to the one that the address names.
 *
 * @customElement admin-webhooks
 */
@define('admin-webhooks')
export class AdminWebhooks extends AdminPage {
  static override styles = [theme, controls, parts, page];

  /** What the dialog is about; null while it is closed. */
  @state() private edited: Webhook | 'new' | null = null;
  @state() private secret = '';
  @state() private name = '';
  @state() private url = '';
  @state() private events: Events = WEBHOOK_EVENTS;
  readonly #webhooks = new Resource(this, async () => (await take(this.api.GET('/api/webhooks'))).items);

  protected override render(): TemplateResult {
    const { webhooks, shell } = this.text;
    const { rest } = this.route;
    const add =
      rest === '' ? button(webhooks.add, () => this.#open('new'), { kind: 'primary', icon: plusIcon }) : nothing;
    return html`${this.header(shell.webhooks, webhooks.intro, add)}
    ${this.loaded(this.#webhooks, (list) => {
      const shown = list.find(({ id }) => id === rest);
      if (shown !== undefined) return this.#deliveries(shown);
      return list.length === 0
        ? emptyState(webhooks.empty, webhooks.emptyText)
        : html`<admin-table
            label=${shell.webhooks}
            .columns=${this.#columns()}
            .rows=${list}
            .key=${({ id }: Webhook) => id}
          ></admin-table>`;
    })}
    ${this.#dialog()}`;
  }

  #deliveries(webhook: Webhook): TemplateResult {
    return html`<div class="row">
        <a class="button quiet link" href=${linkTo('webhooks')}>${backIcon}${this.text.webhooks.back}</a>
      </div>
      <admin-deliveries .session=${this.session} .webhook=${webhook}></admin-deliveries>`;
  }

  #columns(): ReturnType<typeof columns> {
    const { webhooks, common } = this.text;
    return columns<Webhook>([
      {
        label: common.name,
        cell: ({ id, name }) => html`<a class="strong" href=${linkTo('webhooks', id)}><bdi>${name}</bdi></a>`,
      },
      { label: webhooks.address, kind: 'wide', cell: ({ url }) => html`<span class="mono">${url}</span>` },
      {
        label: webhooks.events,
        cell: ({ events }) =>
          html`<span class="row">${events.map((event) => html`<span class="badge">${event}</span>`)}</span>`,
      },
      {
        label: webhooks.state,
        kind: 'fit',
        cell: ({ enabled }) =>
          html`<span class="badge ${enabled ? 'good' : ''}">${enabled ? webhooks.enabled : webhooks.disabled}</span>`,
      },
      {
        label: common.actions,
        kind: 'menu',
        cell: (webhook) =>
          html`<admin-menu label=${common.actionsFor(webhook.name)} .items=${this.#items(webhook)}></admin-menu>`,
      },
    ]);
  }

  #items(webhook: Webhook): MenuItem[] {
    const { webhooks, common } = this.text;
    const { id, enabled } = webhook;
    return [
      { label: webhooks.deliveries, act: () => (location.hash = linkTo('webhooks', id)) },
      { label: common.edit, act: () => this.#open(webhook) },
      {
        label: enabled ? webhooks.turnOff : webhooks.turnOn,
        act: () => void this.#change(id, { enabled: !enabled }),
      },
      { label: common.delete, danger: true, act: () => void this.#delete(webhook) },
    ];
  }

  #dialog(): TemplateResult {
    const { webhooks, common } = this.text;
    const { edited } = this;
    const title =
      this.secret !== '' ? webhooks.secretTitle : edited === 'new' || edited === null ? webhooks.add : edited.name;
    return html`<admin-dialog heading=${title} ?open=${edited !== null} @admin-close=${this.#close}>
      ${
        edited === null
          ? nothing
          : this.secret === ''
            ? html`<form class="form" @submit=${this.#save}>${this.#fields(edited === 'new')}</form>`
            : html`<div class="form">
                <p>${webhooks.secretText}</p>
                <admin-secret label=${webhooks.secret} value=${this.secret}></admin-secret>
                <div class="row end">${button(common.done, this.#close, { kind: 'primary' })}</div>
              </div>`
      }
    </admin-dialog>`;
  }

  #fields(isNew: boolean): TemplateResult {
    const { webhooks, common } = this.text;
    return html`${textField('name', common.name, this.name, (name) => (this.name = name), {
        required: true,
        maxLength: MAX_NAME_LENGTH,
        problem: this.fieldProblem('name'),
      })}
      ${textField('url', webhooks.address, this.url, (url) => (this.url = url), {
        type: 'url',
        required: true,
        hint: webhooks.addressHint,
        problem: this.fieldProblem('url'),
      })}
      <div role="group" aria-labelledby="events">
        <span class="label" id="events">${webhooks.events}</span>
        ${WEBHOOK_EVENTS.map((event) =>
          checkField(`e-${event}`, webhooks.eventNames[event] ?? event, this.events.includes(event), (checked) => {
            this.events = WEBHOOK_EVENTS.filter((one) => (one === event ? checked : this.events.includes(one)));
          }),
        )}
      </div>
      ${this.formProblem(['name', 'url'])}
      <div class="row end">
        <button class="button" type="button" @click=${this.#close}>${common.cancel}</button>
        ${button(isNew ? webhooks.create : common.save, null, { kind: 'primary', busy: this.busy !== '' })}
      </div>`;
  }

  #open(edited: Webhook | 'new'): void {
    this.edited = edited;
    this.problem = null;
    this.secret = '';
    this.name = edited === 'new' ? '' : edited.name;
    this.url = edited === 'new' ? '' : edited.url;
    this.events = edited === 'new' ? [...WEBHOOK_EVENTS] : [...edited.events];
  }

  readonly #close = (): void => {
    this.edited = null;
    this.secret = '';
  };

  readonly #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { edited, name, url, events } = this;
    if (edited === null || this.busy !== '') return;
    const body = { name, url, events };
    await this.submit('save', async () => {
      if (edited === 'new')
        this.secret = (await take(this.api.POST('/api/webhooks', { body: { ...body, enabled: true } }))).secret;
      else await take(this.api.PATCH('/api/webhooks/{id}', { params: { path: { id: edited.id } }, body }));
      if (edited !== 'new') {
        this.#close();
        this.toast(this.text.webhooks.saved);
      }
      await this.#webhooks.reload();
    });
  };

  async #change(id: string, body: Body<'/api/webhooks/{id}', 'patch'>): Promise<void> {
    const params = { path: { id } };
    await this.act(
      'change',
      () => take(this.api.PATCH('/api/webhooks/{id}', { params, body })),
      this.text.webhooks.saved,
    );
    await this.#webhooks.reload();
  }

  async #delete({ id, name }: Webhook): Promise<void> {
    const { webhooks, common } = this.text;
    const question = { title: webhooks.deleteTitle(name), text: webhooks.deleteText, action: common.delete };
    if (!(await this.ask(question))) return;
    const params = { path: { id } };
    await this.act('delete', () => take(this.api.DELETE('/api/webhooks/{id}', { params })), webhooks.deleted);
    await this.#webhooks.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-webhooks': AdminWebhooks;
  }
}
