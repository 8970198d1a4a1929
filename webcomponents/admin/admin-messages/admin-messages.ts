import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Message } from '../api/types.ts';
import { Later } from '../later.ts';
import { selectField, textField } from '../parts/fields.ts';
import { moreButton } from '../parts/more.ts';
import { emptyState, who } from '../parts/signs.ts';
import { pageQuery, PagedResource, Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/**
 * What was written, to be found and deleted.
 *
 * @customElement admin-messages
 */
@define('admin-messages')
export class AdminMessages extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private search = '';
  @state() private channelId = '';
  readonly #rooms = new Resource(this, async () => (await take(this.api.GET('/api/channels'))).items);
  readonly #messages = new PagedResource<Message>(this, (after) => {
    const search = this.search.trim();
    const query = {
      ...pageQuery(after),
      ...(search === '' ? {} : { search }),
      ...(this.channelId === '' ? {} : { channelId: this.channelId }),
    };
    return take(this.api.GET('/api/messages', { params: { query } }));
  });
  readonly #later = new Later(this, () => void this.#messages.reload());

  protected override render(): TemplateResult {
    const { messages, shell, common } = this.text;
    const isFiltered = this.search !== '' || this.channelId !== '';
    return html`${this.header(shell.messages, messages.intro)}
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
        ${selectField(
          'room',
          messages.room,
          this.channelId,
          [['', messages.anyRoom], ...(this.#rooms.value ?? []).map(({ id, name }) => [id, name] as const)],
          (channelId) => {
            this.channelId = channelId;
            void this.#messages.reload();
          },
        )}
      </div>
      ${this.loaded(this.#messages, ({ items, next }) =>
        items.length > 0
          ? html`<admin-table
                label=${shell.messages}
                .columns=${this.#columns()}
                .rows=${items}
                .key=${({ id }: Message) => id}
              ></admin-table>
              ${moreButton(this.text, this.#messages, next)}`
          : isFiltered
            ? emptyState(common.nothingFound, common.nothingFoundText)
            : emptyState(messages.empty, messages.emptyText),
      )}`;
  }

  #columns(): ReturnType<typeof columns> {
    const { messages, common } = this.text;
    const rooms = new Map((this.#rooms.value ?? []).map(({ id, name }) => [id, name]));
    return columns<Message>([
      {
        label: messages.author,
        cell: ({ author, plugin }) =>
          who(
            author.nickname,
            author.userId,
            plugin === null ? nothing : html` <span class="badge" title=${plugin}>${messages.plugin}</span>`,
          ),
      },
      {
        label: messages.message,
        kind: 'wide',
        cell: ({ text, editedAt }) =>
          html`<bdi>${text}</bdi
            >${editedAt === null ? nothing : html` <span class="hint">(${messages.edited})</span>`}`,
      },
      { label: messages.room, cell: ({ channelId }) => html`<bdi>${rooms.get(channelId) ?? ''}</bdi>` },
      { label: messages.at, kind: 'fit', cell: ({ createdAt }) => this.format.dateTime(createdAt) },
      {
        label: common.actions,
        kind: 'menu',
        cell: (message) =>
          html`<admin-menu
            label=${common.actionsFor(message.author.nickname)}
            .items=${[{ label: common.delete, danger: true, act: () => void this.#delete(message) }]}
          ></admin-menu>`,
      },
    ]);
  }

  async #delete({ id, author }: Message): Promise<void> {
    const { messages, common } = this.text;
    const text = messages.deleteText(author.nickname);
    if (!(await this.ask({ title: messages.deleteTitle, text, action: common.delete }))) return;
    const params = { path: { id } };
    await this.act('delete', () => take(this.api.DELETE('/api/messages/{id}', { params })), messages.deleted);
    await this.#messages.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-messages': AdminMessages;
  }
}
