import type { ClientState, SignIn } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Accounts, type Registration } from '../accounts/accounts.ts';
import { chatIcon, lockIcon, markIcon, peopleIcon, personIcon, roomIcon } from '../icons.ts';
import { loaded, rendered } from '../lazy.ts';
import { problemOf } from '../problem.ts';
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
import { isEnding } from '../voice-ended/voice-ended.ts';
import '../voice-entry/voice-entry.ts';
import '../voice-people/voice-people.ts';
import '../voice-quality/voice-quality.ts';
import { WidthController } from '../width-controller.ts';
import { channelOf, inviteOf } from './address.ts';
import { styles } from './voice-app.styles.ts';

type Section = 'rooms' | 'chat' | 'people';

const NAME = 'Switchboard';

/**
 * The whole page: rooms, chat, people and controls; guests come in by a nickname, others by their account on this server. The address may
 * name a room, as `/?channel=Lobby` or `/#Lobby`, or bring an invitation, as `/#invite=CODE`.
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

  /** How the element reaches accounts; `changed` is to be called when someone has signed in or out. */
  @property({ attribute: false }) createAccounts = (server: URL, changed: () => void): Accounts =>
    new Accounts(server, changed);

  @state() private section: Section = 'rooms';
  /** What the server says of accounts; null while it is not known, or where there are none. */
  @state() private registration: Registration | null = null;
  /** Someone who signed in at an earlier visit is asked for. */
  @state() private returning: boolean;
  /** The form for accounts stands at the door. */
  @state() private signsIn = false;
  @state() private invite = '';
  /** The dialog about one's account was asked for, and stays. */
  @state() private managesAccount = false;
  #accounts: Accounts | null = null;
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
    this.returning = this.preferences.values.signedIn;
    new Shortcuts(this, { talkKey: () => this.talkKey, scope: 'page' });
    this.addEventListener('voice-joined', (event) => {
      this.section = 'chat';
      history.replaceState(history.state, '', `#${encodeURIComponent(event.channel.name)}`);
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const address = new URL(location.href);
    if (this.channel === '') this.channel = channelOf(address);
    this.#invited(address);
    window.addEventListener('hashchange', this.#moved);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('hashchange', this.#moved);
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    this.#accounts = this.createAccounts(this.serverUrl, () => this.#accountChanged());
    void this.#meet(this.#accounts);
  }

  protected override get nameFixed(): boolean {
    return super.nameFixed || this.#me !== null;
  }

  protected override signIn(nickname: string): SignIn {
    const accounts = this.#accounts;
    if (accounts === null || this.#me === null) return super.signIn(nickname);
    return { type: 'access', getAccessToken: () => accounts.accessToken() };
  }

  protected override render(): TemplateResult {
    const { state: current } = this;
    return html`${current !== null && this.connected ? this.#inside(current) : this.#door()} ${this.overlays()}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    // It has ended elsewhere.
    if (this.doorProblem?.code === 'session.logged_out') this.#accounts?.leave();
    const unread = this.unread === 0 ? '' : `(${this.unread}) `;
    const title = this.room === undefined ? NAME : `${unread}${this.room.name} · ${NAME}`;
    if (document.title !== title) document.title = title;
  }

  #door(): TemplateResult {
    const loggedOut = this.doorProblem?.code === 'session.logged_out';
    const ended = this.signsIn ? null : this.ended(loggedOut && this.registration !== null ? this.text.signIn : null);
    return html`<main class="door">${ended ?? (this.#wantsAccount ? this.#signInForm() : this.#entry())}</main>`;
  }

  #signInForm(): TemplateResult {
    return html`<voice-sign-in
      .accounts=${this.#accounts}
      .registration=${this.registration}
      .invite=${this.invite}
      .problem=${isEnding(this.doorProblem) ? null : this.doorProblem}
      @voice-signed-in=${this.#signedIn}
      @voice-as-guest=${this.#asGuest}
    ></voice-sign-in>`;
  }

  #entry(): TemplateResult {
    return html`<voice-entry
      branded
      .room=${this.channel === '' ? null : this.channel}
      .serverName=${this.registration?.name ?? NAME}
      .nickname=${this.rememberedName}
      ?name-fixed=${super.nameFixed || this.returning}
      ?accounts=${this.registration !== null}
      .account=${this.#me?.nickname ?? null}
      .problem=${this.doorProblem}
      ?busy=${this.busy || this.returning}
      @voice-enter=${this.entered}
      @voice-sign-in-open=${this.#openSignIn}
      @voice-sign-out=${this.#signOut}
    ></voice-entry>`;
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
          ${this.#accountButton()}
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

  #accountButton(): TemplateResult | typeof nothing {
    if (this.registration === null || super.nameFixed) return nothing;
    const { text } = this;
    if (this.#me === null)
      return html`<button class="button account" @click=${this.#openSignIn}>${text.signIn}</button>`;
    return html`<button
        class="icon-button account"
        aria-label=${text.account}
        aria-haspopup="dialog"
        title=${text.account}
        @click=${this.#openAccount}
      >
        ${personIcon}</button
      >${
        this.managesAccount
          ? html`<voice-account
              .client=${this.client}
              .accounts=${this.#accounts}
              .server=${this.serverUrl}
              @voice-sign-out=${this.#signOut}
            ></voice-account>`
          : nothing
      }`;
  }

  get #me(): Accounts['me'] {
    return this.#accounts?.me ?? null;
  }

  /** Whoever cannot come in as a guest needs an account. */
  get #wantsAccount(): boolean {
    return this.#me === null && (this.signsIn || (this.registration?.guests === false && !super.nameFixed));
  }

  /** Asks what there is, and comes back in by what an earlier visit has left. */
  async #meet(accounts: Accounts): Promise<void> {
    if (super.nameFixed) {
      this.returning = false;
      return;
    }
    const returning = this.returning ? accounts.resume().catch(this.#notBack) : undefined;
    try {
      const registration = await accounts.registration();
      await returning;
      this.registration = registration;
    } catch (error) {
      // Whether a server without accounts, or one that is off: there are nicknames, and who tries will be told.
      if (!SwitchboardError.is(error)) throw error;
    } finally {
      this.returning = false;
    }
    if (this.#wantsAccount || this.invite !== '') await this.#openSignIn();
  }

  /** Most have merely been away for too long; who is banned is told so, and not taken for a guest. */
  readonly #notBack = (error: unknown): void => {
    if (SwitchboardError.is(error, 'access.banned')) this.problem = problemOf(error);
  };

  #accountChanged(): void {
    this.preferences.update({ signedIn: this.#me !== null });
    this.requestUpdate();
  }

  readonly #openSignIn = async (): Promise<void> => {
    const problem = await loaded(() => import('../voice-sign-in/voice-sign-in.ts'));
    if (problem !== null) {
      this.problem = problem;
      return;
    }
    this.problem = null;
    this.signsIn = true;
    if (this.connected) await this.client?.close();
  };

  readonly #asGuest = (): void => {
    this.signsIn = false;
    this.problem = null;
    this.#forgetInvite();
  };

  readonly #signedIn = (): void => {
    this.signsIn = false;
    this.#forgetInvite();
    void this.join();
  };

  readonly #openAccount = async (): Promise<void> => {
    this.managesAccount = true;
    const problem = await loaded(() => import('../voice-account/voice-account.ts'));
    if (problem !== null) this.problem = problem;
    else (await rendered(this.renderRoot, 'voice-account'))?.show();
  };

  /** The session is closed first: whoever signs out here need not be told that it has ended. */
  readonly #signOut = async (): Promise<void> => {
    this.managesAccount = false;
    this.problem = null;
    await this.client?.close();
    try {
      await this.#accounts?.signOut();
    } catch (error) {
      this.problem = problemOf(error);
    }
  };

  protected override readonly cameBack = (): void => {
    if (this.doorProblem?.code === 'session.logged_out' && this.registration !== null) void this.#openSignIn();
    else void this.join();
  };

  #invited(address: URL): boolean {
    const code = inviteOf(address);
    if (code === '') return false;
    this.invite = code;
    return true;
  }

  /** It is used, or not wanted: it need not stand in the address any longer. */
  #forgetInvite(): void {
    if (inviteOf(new URL(location.href)) !== '')
      history.replaceState(history.state, '', location.pathname + location.search);
    this.invite = '';
  }

  /** Another room, or an invitation, was written into the address. */
  readonly #moved = (): void => {
    const address = new URL(location.href);
    if (this.#invited(address)) {
      if (!this.connected) void this.#openSignIn();
      return;
    }
    const wanted = findChannel(this.state?.channels ?? [], channelOf(address));
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

declare global {
  interface HTMLElementTagNameMap {
    'voice-app': VoiceApp;
  }
}
