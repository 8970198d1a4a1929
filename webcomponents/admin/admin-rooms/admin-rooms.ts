import { html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { headphonesOffIcon, lockIcon, micOffIcon, roomIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import '../../voice-avatar/voice-avatar.ts';
import { define } from '../../voice-element.ts';
import '../admin-member-dialog/admin-member-dialog.ts';
import type { AdminMemberDialog } from '../admin-member-dialog/admin-member-dialog.ts';
import '../admin-menu/admin-menu.ts';
import type { MenuItem } from '../admin-menu/admin-menu.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-room-editor/admin-room-editor.ts';
import { take } from '../api/api-error.ts';
import type { Channel, LiveSession, Role, VirtualServer } from '../api/types.ts';
import { channelTree, type ChannelNode } from '../channel-tree.ts';
import { backIcon, plusIcon } from '../icons.ts';
import { memberItems } from '../member-items.ts';
import { emptyState } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-rooms.styles.ts';

const EVERY_MS = 5_000;
const DRAGGED = 'application/x-switchboard-member';
/** What stands in the address for a room that is not there yet; behind it, where it is to be. */
export const NEW = 'new';

interface House {
  readonly servers: readonly VirtualServer[];
  readonly channels: readonly Channel[];
  readonly roles: readonly Role[];
  readonly members: readonly LiveSession[];
}

/**
 * The rooms as they lie in each other and who is in them; the room that the address names beside it, to be changed.
 *
 * @customElement admin-rooms
 */
@define('admin-rooms')
export class AdminRooms extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  @state() private over = '';
  @state() private dragged = '';
  @query('admin-member-dialog') private readonly dialog!: AdminMemberDialog;
  readonly #house = new Resource<House>(this, () => this.#load(), EVERY_MS);

  async #load(): Promise<House> {
    const [servers, channels, roles, members] = await Promise.all([
      take(this.api.GET('/api/servers')),
      take(this.api.GET('/api/channels')),
      take(this.api.GET('/api/roles')),
      this.may('member.kick') ? take(this.api.GET('/api/sessions')) : { items: [] },
    ]);
    return { servers: servers.items, channels: channels.items, roles: roles.items, members: members.items };
  }

  protected override render(): TemplateResult {
    const { rooms, shell } = this.text;
    const add = this.may('channel.manage')
      ? html`<a class="button primary link" href=${linkTo('rooms', NEW)}>${plusIcon}${rooms.add}</a>`
      : nothing;
    return html`${this.header(shell.rooms, rooms.intro, add)}
      ${this.loaded(this.#house, (house) => this.#split(house, add))}
      <admin-member-dialog
        .session=${this.session}
        .rooms=${this.#house.value?.channels ?? []}
        @admin-changed=${() => void this.#house.reload()}
      ></admin-member-dialog>`;
  }

  #split(house: House, add: unknown): TemplateResult {
    const { rooms } = this.text;
    const { rest } = this.route;
    const isOpen = rest !== '' && this.may('channel.manage');
    if (house.channels.length === 0 && !isOpen) return emptyState(rooms.empty, rooms.emptyText, add);
    const outside = house.members.filter(({ channelId }) => channelId === null);
    return html`<div class="split">
      <div class="card tree ${isOpen ? 'covered' : ''}">
        ${house.servers.map(
          (server) =>
            html`${house.servers.length > 1 ? html`<h2><bdi>${server.name}</bdi></h2>` : nothing}
            ${this.#level(house, channelTree(house.channels.filter(({ serverId }) => serverId === server.id)), rooms.list)}`,
        )}
        ${
          outside.length === 0
            ? nothing
            : html`<h3 class="muted">${rooms.outside}</h3>
                <ul class="outside">
                  ${repeat(
                    outside,
                    ({ memberId }) => memberId,
                    (member) => this.#member(member),
                  )}
                </ul>`
        }
      </div>
      ${isOpen ? this.#editor(house) : this.may('channel.manage') ? html`<p class="muted placeholder">${rooms.pick}</p>` : nothing}
    </div>`;
  }

  #editor(house: House): TemplateResult {
    const [first, second = ''] = this.route.rest.split(':');
    return html`<div class="form">
      <a class="back" href=${linkTo('rooms')}>${backIcon}${this.text.rooms.back}</a>
      <admin-room-editor
        .session=${this.session}
        .channelId=${first === NEW ? null : (first ?? null)}
        .within=${second}
        .servers=${house.servers}
        .channels=${house.channels}
        .roles=${house.roles}
        @admin-changed=${() => void this.#house.reload()}
      ></admin-room-editor>
    </div>`;
  }

  #level(house: House, nodes: readonly ChannelNode[], label: string | typeof nothing): TemplateResult {
    return html`<ul aria-label=${label}>
      ${repeat(
        nodes,
        ({ channel }) => channel.id,
        (node) => {
          const members = house.members.filter(({ channelId }) => channelId === node.channel.id);
          return html`<li>
            ${this.#room(node, members.length)}
            ${
              members.length === 0
                ? nothing
                : html`<ul>
                    ${repeat(
                      members,
                      ({ memberId }) => memberId,
                      (member) => this.#member(member),
                    )}
                  </ul>`
            }
            ${node.children.length === 0 ? nothing : this.#level(house, node.children, nothing)}
          </li>`;
        },
      )}
    </ul>`;
  }

  #room(node: ChannelNode, present: number): TemplateResult {
    const { channel } = node;
    const { rooms, common } = this.text;
    const people = this.may('member.kick') ? present : channel.members;
    const isCurrent = this.route.rest === channel.id;
    return html`<div
      class="line room ${this.over === channel.id ? 'over' : ''} ${isCurrent ? 'current' : ''}"
      @dragover=${(event: DragEvent) => this.#dragOver(event, channel)}
      @dragleave=${() => (this.over = '')}
      @drop=${(event: DragEvent) => this.#dropped(event, channel)}
    >
      ${channel.locked ? lockIcon : roomIcon}
      ${
        this.may('channel.manage')
          ? html`<a href=${linkTo('rooms', channel.id)} aria-current=${isCurrent ? 'true' : nothing}
              ><bdi>${channel.name}</bdi></a
            >`
          : html`<span class="name"><bdi>${channel.name}</bdi></span>`
      }
      ${channel.locked ? html`<span class="sr-only">${rooms.locked}</span>` : nothing}
      ${channel.temporary ? html`<span class="badge">${rooms.temporary}</span>` : nothing}
      ${
        people > 0 || channel.memberLimit !== null
          ? html`<span class="hint number"
              ><span aria-hidden="true"
                >${channel.memberLimit === null ? people : `${people}/${channel.memberLimit}`}</span
              ><span class="sr-only">${rooms.count(people, channel.memberLimit)}</span></span
            >`
          : nothing
      }
      <admin-menu label=${common.actionsFor(channel.name)} .items=${this.#roomItems(node, people)}></admin-menu>
    </div>`;
  }

  #member(member: LiveSession): TemplateResult {
    const text = this.text.member;
    const mayMove = this.may('member.move') && this.session.outranks(member.rank);
    return html`<li
      class="line member ${mayMove ? '' : 'fixed'} ${this.dragged === member.memberId ? 'dragged' : ''}"
      draggable=${mayMove ? 'true' : 'false'}
      @dragstart=${(event: DragEvent) => this.#dragStart(event, member)}
      @dragend=${() => (this.dragged = '')}
    >
      <voice-avatar
        .name=${member.nickname}
        .userId=${member.userId}
        ?speaking=${member.speaking}
        ?away=${member.reconnecting}
      ></voice-avatar>
      <span class="name"><bdi>${member.nickname}</bdi></span>
      ${member.serverMuted ? html`<span class="state" title=${text.serverMuted}>${micOffIcon}<span class="sr-only">${text.serverMuted}</span></span>` : nothing}
      ${member.serverDeafened ? html`<span class="state" title=${text.serverDeafened}>${headphonesOffIcon}<span class="sr-only">${text.serverDeafened}</span></span>` : nothing}
      ${member.guest ? html`<span class="hint">${text.guest}</span>` : nothing}
      <admin-menu
        label=${this.text.common.actionsFor(member.nickname)}
        .items=${memberItems(this.text, this.session, member, {
          act: (work, done) => void this.#actAndReload(work, done),
          open: (kind) => this.dialog.show(kind, member),
        })}
      ></admin-menu>
    </li>`;
  }

  #roomItems({ channel, siblings, children }: ChannelNode, people: number): MenuItem[] {
    if (!this.may('channel.manage')) return [];
    const { rooms, common } = this.text;
    const at = siblings.indexOf(channel);
    return [
      { label: common.edit, act: () => (location.hash = linkTo('rooms', channel.id)) },
      { label: rooms.addInside, act: () => (location.hash = linkTo('rooms', `${NEW}:${channel.id}`)) },
      {
        label: rooms.moveUp,
        locked: at === 0 ? rooms.isFirst : undefined,
        act: () => this.#order(siblings, at, at - 1),
      },
      {
        label: rooms.moveDown,
        locked: at === siblings.length - 1 ? rooms.isLast : undefined,
        act: () => this.#order(siblings, at, at + 1),
      },
      {
        label: common.delete,
        danger: true,
        locked: children.length > 0 ? rooms.hasInside : undefined,
        act: () => void this.#delete(channel, people),
      },
    ];
  }

  #order(siblings: readonly Channel[], from: number, to: number): void {
    const channel = siblings[from];
    if (channel === undefined) return;
    const params = { path: { id: channel.id } };
    void this.#actAndReload(() => take(this.api.PATCH('/api/channels/{id}', { params, body: { position: to } })));
  }

  async #delete(channel: Channel, people: number): Promise<void> {
    const { rooms, common } = this.text;
    const title = rooms.deleteTitle(channel.name);
    if (!(await this.ask({ title, text: rooms.deleteText(channel.name, people), action: common.delete }))) return;
    const params = { path: { id: channel.id } };
    await this.#actAndReload(
      () => take(this.api.DELETE('/api/channels/{id}', { params })),
      rooms.deleted(channel.name),
    );
    if (this.route.rest === channel.id) location.hash = linkTo('rooms');
  }

  async #actAndReload(work: () => Promise<unknown>, done?: string): Promise<void> {
    await this.act('act', work, done);
    await this.#house.reload();
  }

  #dragStart(event: DragEvent, member: LiveSession): void {
    event.dataTransfer?.setData(DRAGGED, member.memberId);
    if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move';
    this.dragged = member.memberId;
  }

  #dragOver(event: DragEvent, channel: Channel): void {
    if (event.dataTransfer?.types.includes(DRAGGED) !== true) return;
    event.preventDefault();
    this.over = channel.id;
  }

  #dropped(event: DragEvent, channel: Channel): void {
    this.over = '';
    const memberId = event.dataTransfer?.getData(DRAGGED) ?? '';
    const member = this.#house.value?.members.find((one) => one.memberId === memberId);
    if (member === undefined) return;
    event.preventDefault();
    if (member.channelId === channel.id) return;
    void this.#actAndReload(
      () =>
        take(
          this.api.POST('/api/move/{memberId}', { params: { path: { memberId } }, body: { channelId: channel.id } }),
        ),
      this.text.rooms.moved(member.nickname, channel.name),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-rooms': AdminRooms;
  }
}
