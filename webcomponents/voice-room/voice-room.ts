import type { ClientState } from '@switchboard/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { lockIcon, roomIcon } from '../icons.ts';
import { findChannel, RoomHost } from '../room-host.ts';
import { Shortcuts } from '../shortcuts.ts';
import { controls } from '../styles/controls.styles.ts';
import { root } from '../styles/root.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-channel-tree/voice-channel-tree.ts';
import '../voice-chat/voice-chat.ts';
import '../voice-controls/voice-controls.ts';
import { define } from '../voice-element.ts';
import '../voice-entry/voice-entry.ts';
import '../voice-people/voice-people.ts';
import '../voice-quality/voice-quality.ts';
import { WidthController } from '../width-controller.ts';
import { styles } from './voice-room.styles.ts';

type Section = 'people' | 'chat';

/**
 * A voice room to put into a page. It shows a door (a nickname and a button), and behind it the people, the chat and
 * the controls; from 280 px wide to a full page.
 *
 * With `channel` it is that one room; without, it shows all rooms of the server to choose from.
 *
 * @customElement voice-room
 *
 * @attr {string} server - address of the server; default: where embed.js came from
 * @attr {string} channel - name or id of the room
 * @attr {string} token - a join token of the server; where it may run out, give the property `tokenProvider` instead
 * @attr {string} nickname - the name to come in with
 * @attr {'auto' | 'light' | 'dark'} theme - colours
 *
 * @fires {VoiceJoinedEvent} voice-joined - went into a room
 * @fires {VoiceLeftEvent} voice-left - went out of a room
 * @fires {VoiceMessageEvent} voice-message - a message came into the room
 * @fires {VoiceSpeakingEvent} voice-speaking - someone began or stopped speaking
 * @fires {VoiceErrorEvent} voice-error - something failed
 * @fires {VoiceStateChangeEvent} voice-state-change - the state of the client has changed
 *
 * @csspart base - everything
 * @csspart header - the line with the room's name
 * @csspart main - people and chat
 * @csspart footer - the controls
 *
 * @cssprop [--voice-accent] - buttons, links, the speaking ring
 * @cssprop [--voice-on-accent] - text on the accent
 * @cssprop [--voice-background] - background
 * @cssprop [--voice-background-side] - background of the list of people
 * @cssprop [--voice-background-raised] - background of dialogs and buttons
 * @cssprop [--voice-text] - text
 * @cssprop [--voice-text-secondary] - less important text
 * @cssprop [--voice-border] - lines
 * @cssprop [--voice-primary] - the most important button; the accent without
 * @cssprop [--voice-on-primary] - text on it
 * @cssprop [--voice-primary-border] - its border
 * @cssprop [--voice-focus] - around what has the focus; the accent without
 * @cssprop [--voice-speaking] - the light of who speaks; the accent without
 * @cssprop [--voice-field] - background of fields
 * @cssprop [--voice-field-border] - border of fields
 * @cssprop [--voice-hover] - laid over what the pointer is on
 * @cssprop [--voice-pressed] - laid over what is pressed
 * @cssprop [--voice-selected] - background of what is chosen
 * @cssprop [--voice-danger] - failures, and what cannot be undone
 * @cssprop [--voice-warning] - warnings
 * @cssprop [--voice-tint-border] - around what a tint alone sets off
 * @cssprop [--voice-shadow] - shadow of what floats
 * @cssprop [--voice-radius=8px] - roundness
 * @cssprop [--voice-font-size=14px] - size of text
 * @cssprop [--voice-font] - font family
 * @cssprop [--voice-font-mono] - font family of code
 */
@define('voice-room')
export class VoiceRoom extends RoomHost {
  static override styles = [theme, controls, root, styles];

  @state() private section: Section = 'people';
  readonly #width = new WidthController<'narrow' | 'wide'>(this, [['narrow', 600]], 'wide');
  #knocked = false;

  constructor() {
    super();
    new Shortcuts(this, { talkKey: () => this.talkKey, scope: 'element' });
  }

  protected override render(): TemplateResult {
    const { state: current } = this;
    const inside = current !== null && this.connected && (current.channelId !== null || this.channel === '');
    return html`<div part="base">${inside ? this.#inside(current) : this.#door()}</div>
      ${this.overlays()}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    // A token names the visitor, so who is inside can be shown at the door already.
    if (this.nameFixed && !this.#knocked) {
      this.#knocked = true;
      queueMicrotask(() => void this.connect());
    }
  }

  #door(): TemplateResult {
    const ended = this.ended();
    if (ended !== null) return ended;
    const { state: current } = this;
    const known = current !== null && this.connected;
    const channel = known ? findChannel(current.channels, this.channel) : undefined;
    return html`<voice-entry
      .room=${this.channel === '' ? null : (channel?.name ?? this.channel)}
      .serverName=${null}
      .nickname=${this.rememberedName}
      ?name-fixed=${this.nameFixed}
      .inside=${channel === undefined ? null : (current?.members.filter(({ channelId }) => channelId === channel.id) ?? null)}
      .problem=${this.doorProblem}
      ?busy=${this.busy || (current !== null && current.joining !== null)}
      @voice-enter=${this.entered}
    ></voice-entry>`;
  }

  #inside(current: ClientState): TemplateResult {
    const narrow = this.#width.name === 'narrow';
    const { room, text } = this;
    const show = (section: Section): boolean => !narrow || this.section === section;
    const chat = room !== undefined;
    return html`<header part="header">
        <div class="title">
          ${room?.locked === true ? lockIcon : roomIcon}
          <h2 tabindex="-1" title=${room?.name ?? ''}><bdi>${room?.name ?? text.channels}</bdi></h2>
          ${narrow ? nothing : html`<span class="topic" title=${room?.topic ?? ''}><bdi>${room?.topic ?? ''}</bdi></span>`}
        </div>
        <voice-quality .client=${this.client}></voice-quality>
      </header>
      ${this.notices()} ${narrow && chat ? this.#switch(current) : nothing}
      <div part="main" class=${narrow ? 'narrow' : ''}>
        ${
          this.channel === ''
            ? html`<voice-channel-tree
                class="side"
                ?hidden=${chat && !show('people')}
                .client=${this.client}
                @voice-channel-activate=${this.activated}
              ></voice-channel-tree>`
            : html`<voice-people class="side" ?hidden=${!show('people')} .client=${this.client}></voice-people>`
        }
        ${
          chat
            ? html`<voice-chat
                ?hidden=${!show('chat')}
                ?covered=${!show('chat')}
                .client=${this.client}
                @voice-unread=${this.unreadChanged}
              ></voice-chat>`
            : narrow
              ? nothing
              : html`<div class="idle"><strong>${text.pickRoomTitle}</strong><span>${text.pickRoomText}</span></div>`
        }
      </div>
      <footer part="footer">
        <voice-controls .client=${this.client} .talkKey=${this.talkKey}></voice-controls>
      </footer>`;
  }

  #switch(current: ClientState): TemplateResult {
    const { text } = this;
    const here = current.members.filter(({ channelId }) => channelId === current.channelId).length;
    const tab = (section: Section, label: string, extra: unknown): TemplateResult =>
      html`<button
        class="section"
        aria-pressed=${this.section === section ? 'true' : 'false'}
        @click=${() => (this.section = section)}
      >
        ${label}${extra}
      </button>`;
    return html`<div class="switch" role="group" aria-label=${text.sections}>
      ${tab('people', this.channel === '' ? text.channels : text.people, html`<span class="quiet">${here}</span>`)}
      ${tab(
        'chat',
        text.chat,
        this.unread === 0
          ? nothing
          : html`<span class="badge" aria-hidden="true">${this.unread}</span
              ><span class="sr-only">${text.unread(this.unread)}</span>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-room': VoiceRoom;
  }
}
