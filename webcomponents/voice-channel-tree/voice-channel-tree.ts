import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ClientController } from '../client-controller.ts';
import { asksForMenu } from '../context-menu.ts';
import { VoiceChannelActivateEvent } from '../events/voice-channel-activate.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { chevronIcon, clockIcon, closedIcon, lockIcon, plusIcon, roomIcon } from '../icons.ts';
import { loaded, rendered } from '../lazy.ts';
import type { Strings } from '../strings/strings.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { badges, whisperBadge } from '../voice-member/badges.ts';
import '../voice-volume/voice-volume.ts';
import type { VoiceVolume } from '../voice-volume/voice-volume.ts';
import { barrierOf, placesForRooms, type Barrier } from './barriers.ts';
import { treeKey, treeRows, type TreeRow } from './tree-rows.ts';
import { styles } from './voice-channel-tree.styles.ts';

/** The word beside a room that one cannot go into, and what is said to who tries. */
const WHY = { denied: 'mayNotJoin', full: 'roomFull' } as const satisfies Record<Barrier, keyof Strings>;
const BARRED = { denied: 'access.denied', full: 'channel.full' } as const satisfies Record<Barrier, ErrorCode>;

type Row<K extends TreeRow['kind']> = Extract<TreeRow, { readonly kind: K }>;

/**
 * The rooms and who is in them, as an ARIA tree: arrows, Home, End and letters move, Enter or a click joins a room or
 * opens what can be done about a person; so do the
 * context menu key and a right click. Who may, makes a room that goes when the last one leaves it.
 *
 * @customElement voice-channel-tree
 * @fires {VoiceChannelActivateEvent} voice-channel-activate - a room was chosen; the host joins it
 * @fires {VoiceErrorEvent} voice-error - a room was chosen that is not open to one
 * @csspart channel - a room's line
 * @csspart member - a person's line
 * @csspart new-room - the button that makes a room
 */
@define('voice-channel-tree')
export class VoiceChannelTree extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private collapsed: ReadonlySet<string> = new Set();
  @state() private focusKey = '';
  /** The dialog for a new room was asked for, and stays. */
  @state() private making = false;
  @query('voice-volume') private readonly volume!: VoiceVolume;
  readonly #client = new ClientController(this, [
    'servers',
    'channels',
    'members',
    'speaking',
    'whisperedBy',
    'channelId',
    'joining',
    'selfId',
    'permissions',
    'channelPermissions',
  ]);
  #rows: readonly TreeRow[] = [];

  protected override render(): TemplateResult | typeof nothing {
    const { state: current } = this.#client;
    if (current === null) return nothing;
    this.#rows = treeRows(current, this.collapsed);
    if (this.#rows.length === 0)
      return html`<p class="empty">${this.text.noChannels}</p>
        ${this.#newRoom(current)}`;
    const focusable =
      this.#rows.find((row) => row.key === this.focusKey) ??
      this.#rows.find((row) => row.key === `c:${current.channelId ?? ''}`) ??
      this.#rows[0];
    return html`<div role="tree" aria-label=${this.text.channels} @keydown=${this.#keydown}>
        ${repeat(
          this.#rows,
          (row) => row.key,
          (row) => this.#row(row, current, row === focusable),
        )}
      </div>
      ${this.#newRoom(current)} <voice-volume .client=${this.client}></voice-volume>`;
  }

  #newRoom(current: ClientState): TemplateResult | typeof nothing {
    if (placesForRooms(current).length === 0) return nothing;
    return html`<button part="new-room" class="new" aria-haspopup="dialog" @click=${this.#make}>
        ${plusIcon}<span>${this.text.newRoom}</span></button
      >${this.making ? html`<voice-new-room .client=${this.client}></voice-new-room>` : nothing}`;
  }

  #row(row: TreeRow, current: ClientState, focusable: boolean): TemplateResult {
    const here = row.kind === 'channel' && row.channel.id === current.channelId;
    const busy = row.kind === 'channel' && row.channel.id === current.joining;
    const away = row.kind === 'member' && row.member.reconnecting;
    const barrier = row.kind === 'channel' ? barrierOf(row.channel, row.members, current) : null;
    const expanded = row.kind === 'channel' ? row.expanded : row.kind === 'server' ? true : undefined;
    return html`<div
      role="treeitem"
      id=${row.key}
      part=${row.kind}
      class="${row.kind} ${here ? 'current' : ''} ${busy ? 'busy' : ''} ${away ? 'away' : ''} ${barrier === null ? '' : 'barred'}"
      .style=${`--_level: ${row.level}`}
      tabindex=${focusable ? 0 : -1}
      aria-level=${row.level}
      aria-posinset=${row.position}
      aria-setsize=${row.setSize}
      aria-expanded=${expanded ?? nothing}
      aria-selected=${here ? 'true' : 'false'}
      aria-disabled=${barrier === null ? nothing : 'true'}
      @contextmenu=${row.kind === 'member' ? (event: Event) => this.#menu(row, event) : nothing}
      @click=${(event: Event) => this.#activate(row, event)}
      @focus=${() => (this.focusKey = row.key)}
    >
      ${this.#content(row, current, here, busy, barrier)}
    </div>`;
  }

  #content(row: TreeRow, current: ClientState, here: boolean, busy: boolean, barrier: Barrier | null): TemplateResult {
    switch (row.kind) {
      case 'server':
        return html`<span class="name" dir="auto">${row.name}</span>`;
      case 'channel':
        return this.#channel(row, here, busy, barrier);
      case 'member':
        return this.#member(row, current);
    }
  }

  #channel(
    { channel, expanded, members, key }: Row<'channel'>,
    here: boolean,
    busy: boolean,
    barrier: Barrier | null,
  ): TemplateResult {
    const { text } = this;
    const limit = channel.memberLimit;
    const count = limit === null ? String(members) : `${members}/${limit}`;
    return html`<span class="chevron" aria-hidden="true" @click=${(event: Event) => this.#toggle(event, key)}
        >${expanded === undefined ? nothing : chevronIcon}</span
      >
      <span class="kind" aria-hidden="true"
        >${
          barrier === 'denied' ? closedIcon : channel.locked ? lockIcon : channel.temporary ? clockIcon : roomIcon
        }</span
      >
      <span class="name" title=${channel.topic === '' ? channel.name : `${channel.name}: ${channel.topic}`}
        ><bdi>${channel.name}</bdi>${channel.locked ? html`<span class="sr-only">, ${text.locked}</span>` : nothing}${
          here ? html`<span class="sr-only">, ${text.current}</span>` : nothing
        }</span
      >
      ${barrier === null ? nothing : html`<span class="why"><span class="sr-only">, </span>${text[WHY[barrier]]}</span>`}
      ${
        busy
          ? html`<span class="spinner" aria-hidden="true"></span><span class="sr-only">${text.joining}</span>`
          : members > 0 || limit !== null
            ? html`<span class="count" aria-hidden="true">${count}</span
                ><span class="sr-only">, ${text.roomCount(members, limit)}</span>`
            : nothing
      }`;
  }

  #member({ member }: Row<'member'>, current: ClientState): TemplateResult {
    const whispers = current.whisperedBy.includes(member.id);
    const speaking = current.speaking.includes(member.id) || whispers;
    return html`<voice-avatar
        .name=${member.nickname}
        .userId=${member.userId}
        ?speaking=${speaking}
        ?away=${member.reconnecting}
      ></voice-avatar>
      <span class="name" title=${member.nickname}
        ><bdi>${member.nickname}</bdi>${
          member.id === current.selfId ? html` <span class="you">(${this.text.you})</span>` : nothing
        }${speaking ? html`<span class="sr-only">, ${this.text.speaking}</span>` : nothing}</span
      >
      ${whispers ? whisperBadge(this.text) : nothing} ${badges(member, this.text)}`;
  }

  #activate(row: TreeRow, event: Event): void {
    this.focusKey = row.key;
    const current = this.#client.state;
    if (row.kind === 'member') this.#menu(row, event);
    if (row.kind !== 'channel' || current === null || row.channel.id === current.channelId) return;
    const barrier = barrierOf(row.channel, row.members, current);
    if (barrier === null) this.dispatchEvent(new VoiceChannelActivateEvent(row.channel.id));
    else this.dispatchEvent(new VoiceErrorEvent({ code: BARRED[barrier], message: ERROR_SENTENCES[BARRED[barrier]] }));
  }

  #menu({ member, key }: Row<'member'>, event: Event): void {
    const anchor = this.renderRoot.querySelector(`#${CSS.escape(key)}`);
    if (member.id === this.#client.state?.selfId || anchor === null) return;
    event.preventDefault();
    void this.volume.openFor(member, anchor);
  }

  readonly #make = async (): Promise<void> => {
    this.making = true;
    const problem = await loaded(() => import('../voice-new-room/voice-new-room.ts'));
    if (problem !== null) this.dispatchEvent(new VoiceErrorEvent(problem));
    else (await rendered(this.renderRoot, 'voice-new-room'))?.show();
  };

  #toggle(event: Event, key: string): void {
    event.stopPropagation();
    this.#fold(key, !this.collapsed.has(key));
  }

  #fold(key: string, folded: boolean): void {
    const next = new Set(this.collapsed);
    if (folded) next.add(key);
    else next.delete(key);
    this.collapsed = next;
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const row = this.#rows.find(({ key }) => key === (event.target as HTMLElement).id);
    if (row?.kind === 'member' && asksForMenu(event)) {
      this.#menu(row, event);
      return;
    }
    const move = treeKey(this.#rows, event.target.id, event.key, this.matches(':dir(rtl)'));
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (move.type === 'activate') event.target.click();
    else if (move.type === 'focus') this.#focusRow(move.key);
    else this.#fold(move.key, move.type === 'collapse');
  };

  #focusRow(key: string): void {
    this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(key)}`)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-channel-tree': VoiceChannelTree;
  }
}
