import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ClientController } from '../client-controller.ts';
import { VoiceChannelActivateEvent } from '../events/voice-channel-activate.ts';
import { chevronIcon, lockIcon, roomIcon } from '../icons.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { badges, whisperBadge } from '../voice-member/badges.ts';
import '../voice-volume/voice-volume.ts';
import type { VoiceVolume } from '../voice-volume/voice-volume.ts';
import { treeKey, treeRows, type TreeRow } from './tree-rows.ts';
import { styles } from './voice-channel-tree.styles.ts';

type Row<K extends TreeRow['kind']> = Extract<TreeRow, { readonly kind: K }>;

/**
 * The rooms and who is in them, as an ARIA tree: arrows, Home, End and letters move, Enter or a click joins a room or
 * opens a person's volume.
 *
 * @customElement voice-channel-tree
 * @fires {VoiceChannelActivateEvent} voice-channel-activate - a room was chosen; the host joins it
 * @csspart channel - a room's line
 * @csspart member - a person's line
 */
@define('voice-channel-tree')
export class VoiceChannelTree extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private collapsed: ReadonlySet<string> = new Set();
  @state() private focusKey = '';
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
  ]);
  #rows: readonly TreeRow[] = [];

  protected override render(): TemplateResult | typeof nothing {
    const { state: current } = this.#client;
    if (current === null) return nothing;
    this.#rows = treeRows(current, this.collapsed);
    if (this.#rows.length === 0) return html`<p class="empty">${this.text.noChannels}</p>`;
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
      <voice-volume .client=${this.client}></voice-volume>`;
  }

  #row(row: TreeRow, current: ClientState, focusable: boolean): TemplateResult {
    const here = row.kind === 'channel' && row.channel.id === current.channelId;
    const busy = row.kind === 'channel' && row.channel.id === current.joining;
    const away = row.kind === 'member' && row.member.reconnecting;
    const expanded = row.kind === 'channel' ? row.expanded : row.kind === 'server' ? true : undefined;
    return html`<div
      role="treeitem"
      id=${row.key}
      part=${row.kind}
      class="${row.kind} ${here ? 'current' : ''} ${busy ? 'busy' : ''} ${away ? 'away' : ''}"
      .style=${`--_level: ${row.level}`}
      tabindex=${focusable ? 0 : -1}
      aria-level=${row.level}
      aria-posinset=${row.position}
      aria-setsize=${row.setSize}
      aria-expanded=${expanded ?? nothing}
      aria-selected=${here ? 'true' : 'false'}
      @click=${(event: Event) => this.#activate(row, event)}
      @focus=${() => (this.focusKey = row.key)}
    >
      ${this.#content(row, current, here, busy)}
    </div>`;
  }

  #content(row: TreeRow, current: ClientState, here: boolean, busy: boolean): TemplateResult {
    switch (row.kind) {
      case 'server':
        return html`<span class="name" dir="auto">${row.name}</span>`;
      case 'channel':
        return this.#channel(row, here, busy);
      case 'member':
        return this.#member(row, current);
    }
  }

  #channel({ channel, expanded, members, key }: Row<'channel'>, here: boolean, busy: boolean): TemplateResult {
    const { text } = this;
    const limit = channel.memberLimit;
    const count = limit === null ? String(members) : `${members}/${limit}`;
    return html`<span class="chevron" aria-hidden="true" @click=${(event: Event) => this.#toggle(event, key)}
        >${expanded === undefined ? nothing : chevronIcon}</span
      >
      <span class="kind" aria-hidden="true">${channel.locked ? lockIcon : roomIcon}</span>
      <span class="name" title=${channel.topic === '' ? channel.name : `${channel.name}: ${channel.topic}`}
        ><bdi>${channel.name}</bdi>${channel.locked ? html`<span class="sr-only">, ${text.locked}</span>` : nothing}${
          here ? html`<span class="sr-only">, ${text.current}</span>` : nothing
        }</span
      >
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
    if (row.kind === 'channel') {
      if (row.channel.id !== this.#client.state?.channelId)
        this.dispatchEvent(new VoiceChannelActivateEvent(row.channel.id));
    } else if (row.kind === 'member' && row.member.id !== this.#client.state?.selfId) {
      const anchor = event.currentTarget;
      if (anchor instanceof Element) void this.volume.openFor(row.member, anchor);
    }
  }

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
