import type { ClientState } from '@switchboard/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { chatIcon, lockIcon, markIcon, peopleIcon, roomIcon } from '../icons.ts';
import { findChannel, RoomHost } from '../room-host.ts';
import { Shortcuts } from '../shortcuts.ts';
import { controls } from '../styles/controls.styles.ts';
import { root } from '../styles/root.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import '../voice-channel-tree/voice-channel-tree.ts';
import '../voice-chat/voice-chat.ts';
import '../voice-controls/voice-controls.ts';
import { define } from '../voice-element.ts';
import '../voice-entry/voice-entry.ts';
import '../voice-people/voice-people.ts';
import '../voice-quality/voice-quality.ts';
import { WidthController } from '../width-controller.ts';
import { styles } from './voice-app.styles.ts';

type Section = 'rooms' | 'chat' | 'people';

const NAME = 'Switchboard';

/**
 * The whole page: rooms, chat, people and controls. The address may name a room, as `/?channel=Lobby` or `/#Lobby`.
 *
 * @customElement voice-app
 *
 * @fires {VoiceJoinedEvent} voice-joined - went into a room
 * @fires {VoiceLeftEvent} voice-left - went out of a room
 * @fires {VoiceMessageEvent} voice-message - a message came into the room
 * @fires {VoiceSpeakingEvent} voice-speaking - someone began or stopped speaking
 * @fires {VoiceErrorEvent} voice-error - something failed
 * @fires {VoiceStateChangeEvent} voice-state-change - the state of the client has changed
 *
 * @csspart base - everything
 * @csspart sidebar - the rooms
 * @csspart main - the chat
 * @csspart people - the people
 * @csspart self - oneself, with the controls
 * @csspart sections - the switch between the three, where the page is narrow
 */
@define('voice-app')
export class VoiceApp extends RoomHost {
  static override styles = [theme, controls, root, styles];

  @state() private section: Section = 'rooms';
  readonly #width = new WidthController<'narrow' | 'medium' | 'wide'>(
    this,
    [
      ['narrow', 720],
      ['medium', 1100],
    ],
    'wide',
  );

  constructor() {
    super();
    new Shortcuts(this, { talkKey: () => this.talkKey, scope: 'page' });
    this.addEventListener('voice-joined', (event) => {
      this.section = 'chat';
      history.replaceState(history.state, '', `#${encodeURIComponent(event.channel.name)}`);
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.channel === '') this.channel = channelOf(new URL(location.href));
    window.addEventListener('hashchange', this.#moved);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('hashchange', this.#moved);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { state: current } = this;
    return html`${current !== null && this.connected ? this.#inside(current) : this.#door()} ${this.overlays()}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const unread = this.unread === 0 ? '' : `(${this.unread}) `;
    const title = this.room === undefined ? NAME : `${unread}${this.room.name} · ${NAME}`;
    if (document.title !== title) document.title = title;
  }

  #door(): TemplateResult {
    return html`<main class="door">
      <voice-entry
        branded
        .room=${this.channel === '' ? null : this.channel}
        .serverName=${NAME}
        .nickname=${this.rememberedName}
        ?name-fixed=${this.token !== ''}
        .problem=${this.doorProblem}
        ?busy=${this.busy}
        @voice-enter=${this.entered}
      ></voice-entry>
    </main>`;
  }

  #inside(current: ClientState): TemplateResult {
    const width = this.#width.name;
    const narrow = width === 'narrow';
    const show = (section: Section): boolean =>
      narrow ? this.section === section : section !== 'people' || width === 'wide';
    const [server] = current.servers;
    return html`<div part="base" class=${width}>
      <nav part="sidebar" aria-label=${this.text.channels} ?hidden=${!show('rooms')}>
        <div class="bar">
          ${markIcon}
          <h1><bdi>${server?.name ?? NAME}</bdi></h1>
        </div>
        ${narrow ? this.notices() : nothing}
        <voice-channel-tree .client=${this.client} @voice-channel-activate=${this.activated}></voice-channel-tree>
        ${narrow ? nothing : this.#self(current)}
      </nav>
      <main part="main" ?hidden=${!show('chat')}>${this.#main(!show('chat'))}</main>
      <aside part="people" aria-label=${this.text.people} ?hidden=${!show('people')}>
        <div class="bar"><h2>${this.text.people}</h2></div>
        <voice-people everyone .client=${this.client}></voice-people>
      </aside>
      ${narrow ? html`${this.#self(current)}${this.#sections()}` : nothing}
    </div>`;
  }

  #main(covered: boolean): TemplateResult {
    const { room, text } = this;
    if (room === undefined) {
      return html`${this.notices()}
        <div class="idle"><strong>${text.pickRoomTitle}</strong><span>${text.pickRoomText}</span></div>`;
    }
    return html`<header class="bar">
        <div class="title">
          ${room.locked ? lockIcon : roomIcon}
          <h2 tabindex="-1" title=${room.name}><bdi>${room.name}</bdi></h2>
          <span class="topic" title=${room.topic}><bdi>${room.topic}</bdi></span>
        </div>
        <voice-quality .client=${this.client}></voice-quality>
      </header>
      ${this.notices()}
      <voice-chat ?covered=${covered} .client=${this.client} @voice-unread=${this.unreadChanged}></voice-chat>`;
  }

  #self(current: ClientState): TemplateResult {
    const self = current.members.find(({ id }) => id === current.selfId);
    const narrow = this.#width.name === 'narrow';
    return html`<section part="self" aria-label=${this.text.controls}>
      ${
        self === undefined || narrow
          ? nothing
          : html`<div class="me">
              <voice-avatar
                .name=${self.nickname}
                .userId=${self.userId}
                ?speaking=${current.speaking.includes(self.id)}
              ></voice-avatar
              ><bdi class="name" title=${self.nickname}>${self.nickname}</bdi>
            </div>`
      }
      <voice-controls .client=${this.client} .talkKey=${this.talkKey}></voice-controls>
    </section>`;
  }

  /** Another room was written into the address. */
  readonly #moved = (): void => {
    const wanted = findChannel(this.state?.channels ?? [], channelOf(new URL(location.href)));
    if (wanted !== undefined && wanted.id !== this.state?.channelId) void this.open(wanted);
  };

  #sections(): TemplateResult {
    const { text } = this;
    const button = (section: Section, label: string, icon: unknown, unread: number): TemplateResult =>
      html`<button
        class="section"
        aria-pressed=${this.section === section ? 'true' : 'false'}
        @click=${() => (this.section = section)}
      >
        ${icon}${label}${
          unread === 0
            ? nothing
            : html`<span class="badge" aria-hidden="true">${unread}</span
                ><span class="sr-only">${text.unread(unread)}</span>`
        }
      </button>`;
    return html`<div part="sections" role="group" aria-label=${text.sections}>
      ${button('rooms', text.channels, roomIcon, 0)} ${button('chat', text.chat, chatIcon, this.unread)}
      ${button('people', text.people, peopleIcon, 0)}
    </div>`;
  }
}

/** The room that an address names; empty for none. */
export function channelOf(address: URL): string {
  const named = address.searchParams.get('channel');
  if (named !== null) return named;
  try {
    return decodeURIComponent(address.hash.slice(1));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-app': VoiceApp;
  }
}
