import type { VoiceClientApi } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { asksForMenu } from '../context-menu.ts';
import { moreIcon, roomIcon } from '../icons.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-volume/voice-volume.ts';
import type { VoiceVolume } from '../voice-volume/voice-volume.ts';
import { badges, roleMark, whisperMark } from './badges.ts';
import { styles } from './voice-member.styles.ts';

/**
 * One person: avatar with speaking ring, name, role, status, badges, whether it whispers to one, and for everyone but oneself a button for
 * what can be done about it: volume, whisper, moderation. A right click and the context menu key do the same.
 *
 * @customElement voice-member
 * @csspart row - the whole line
 * @csspart avatar - the avatar
 * @csspart name - the nickname
 * @csspart status - what the member says of itself
 * @csspart whisper - that the member whispers to one
 * @csspart role - the role
 * @csspart menu-button - opens what can be done about the member
 */
@define('voice-member')
export class VoiceMember extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) member: Member | null = null;
  /** Reflected while the member's connection is gone. */
  @property({ type: Boolean, reflect: true }) away = false;

  @query('voice-volume') private readonly volume!: VoiceVolume;
  readonly #client = new ClientController(this, ['speaking', 'whisperedBy', 'selfId', 'volumes']);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('member')) this.away = this.member?.reconnecting ?? false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { member, text } = this;
    const { state } = this.#client;
    if (member === null || state === null) return nothing;
    const self = member.id === state.selfId;
    const whispers = state.whisperedBy.includes(member.id);
    const speaking = state.speaking.includes(member.id) || whispers;
    const volume = state.volumes[member.userId] ?? 1;
    const changed = volume !== 1;
    return html`<div
      part="row"
      @contextmenu=${self ? nothing : this.#openMenu}
      @keydown=${self ? nothing : this.#keydown}
    >
      <voice-avatar
        part="avatar"
        .name=${member.nickname}
        .userId=${member.userId}
        ?speaking=${speaking}
        ?away=${member.reconnecting}
      ></voice-avatar>
      <div class="lines">
        <div part="name" title=${member.nickname}>
          <bdi>${member.nickname}</bdi>${self ? html` <span class="you">(${text.you})</span>` : nothing}
          ${speaking ? html`<span class="sr-only">, ${text.speaking}</span>` : nothing}
        </div>
        ${roleMark(member)} ${whispers ? whisperMark(text) : nothing}
        ${member.status === '' ? nothing : html`<div part="status"><bdi>${member.status}</bdi></div>`}
      </div>
      ${
        self
          ? nothing
          : html`<button
                part="menu-button"
                class="icon-button menu ${changed ? 'changed' : ''}"
                aria-label=${text.optionsFor(member.nickname)}
                aria-haspopup="dialog"
                title=${changed ? `${text.volume}: ${text.percent(Math.round(volume * 100))}` : text.optionsFor(member.nickname)}
                @click=${this.#openMenu}
              >
                ${changed ? roomIcon : moreIcon}</button
              ><voice-volume .client=${this.client}></voice-volume>`
      }
      ${badges(member, text)}
    </div>`;
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    if (asksForMenu(event)) this.#openMenu(event);
  };

  readonly #openMenu = (event: Event): void => {
    const { member } = this;
    const anchor = this.renderRoot.querySelector('[part=menu-button]');
    // Inside of the menu a field has its own.
    if (member === null || anchor === null || event.composedPath().includes(this.volume)) return;
    event.preventDefault();
    void this.volume.openFor(member, anchor);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-member': VoiceMember;
  }
}
