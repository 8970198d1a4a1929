import type { ClientState, Problem, SignIn, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Channel } from '@switchboard/protocol';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from './client-controller.ts';
import { createBrowserClient, type ClientFactory } from './client-factory.ts';
import { VoiceErrorEvent } from './events/voice-error.ts';
import { VoiceJoinedEvent } from './events/voice-joined.ts';
import { VoiceLeftEvent } from './events/voice-left.ts';
import { VoiceMessageEvent } from './events/voice-message.ts';
import type { VoiceEnterEvent } from './events/voice-enter.ts';
import type { VoiceChannelActivateEvent } from './events/voice-channel-activate.ts';
import type { VoicePasswordEvent } from './events/voice-password.ts';
import { VoiceSpeakingEvent } from './events/voice-speaking.ts';
import type { SettingsSection } from './events/voice-settings-open.ts';
import { VoiceStateChangeEvent } from './events/voice-state-change.ts';
import type { VoiceThemeChangeEvent } from './events/voice-theme-change.ts';
import type { VoiceUnreadEvent } from './events/voice-unread.ts';
import { isTheme, Preferences, type Theme } from './preferences.ts';
import { problemOf } from './problem.ts';
import { roomChanges } from './room-changes.ts';
import './voice-announcer/voice-announcer.ts';
import { VoiceElement } from './voice-element.ts';
import './voice-ended/voice-ended.ts';
import { isEnding } from './voice-ended/voice-ended.ts';
import './voice-notices/voice-notices.ts';
import './voice-password/voice-password.ts';
import './voice-settings/voice-settings.ts';
import type { VoiceSettings } from './voice-settings/voice-settings.ts';

const PARTS = [
  'connection',
  'servers',
  'channels',
  'members',
  'selfId',
  'permissions',
  'channelPermissions',
  'channelId',
  'joining',
  'speaking',
  'muted',
  'deafened',
  'microphone',
  'lane',
  'chat',
  'notice',
] as const;

/** What `<voice-room>` and `<voice-app>` have in common: they own the client, and tell the page what happens. */
export abstract class RoomHost extends VoiceElement {
  /** Address of the server; by default where this code came from. */
  @property({ reflect: true }) server = '';
  /** The room's name or id. */
  @property({ reflect: true }) channel = '';
  /** A join token of the server; without one, people come in as guests. */
  @property() token = '';
  /** Gets a join token from the page's own back end each time one is needed: tokens do not last. Goes before `token`. */
  @property({ attribute: false }) tokenProvider: (() => Promise<string>) | null = null;
  /** The guest's name to begin with; else the one used last in this browser. */
  @property({ reflect: true }) nickname = '';
  @property({ reflect: true }) theme: Theme = 'auto';
  /** Made by the element itself unless given. */
  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** How the element makes its client. */
  @property({ attribute: false }) createClient: ClientFactory = createBrowserClient;

  @state() protected busy = false;
  @state() protected problem: Problem | null = null;
  @state() protected soundBlocked = false;
  @state() protected unread = 0;
  @state() protected talkKey: string;
  @state() private asksFor: Channel | null = null;
  @state() private passwordProblem: Problem | null = null;
  @query('voice-settings') private readonly settings!: VoiceSettings;
  protected readonly preferences = new Preferences();
  readonly #client = new ClientController(this, PARTS, (after, before) => this.#tell(before, after));
  #owns: VoiceClientApi | null = null;
  #leavesDoor = false;

  constructor() {
    super();
    this.talkKey = this.preferences.values.talkKey;
    this.addEventListener('voice-error', (event) => {
      // Seen from here, what comes out of the own shadow tree has this element as its target.
      if (event.composedPath()[0] !== this) this.problem = event.problem;
    });
    this.addEventListener('voice-settings-open', ({ section }) => this.openSettings(section));
  }

  /** What the client shows now; null before there is one. */
  get state(): ClientState | null {
    return this.#client.state;
  }

  get muted(): boolean {
    return this.state?.muted ?? false;
  }

  get deafened(): boolean {
    return this.state?.deafened ?? false;
  }

  /**
   * Connects if need be, and goes into `channel` if one is named.
   * Failures are shown, told by `voice-error`, and not thrown.
   */
  async join(nickname: string = this.rememberedName): Promise<void> {
    await this.#attempt(async () => {
      const client = await this.#connected(nickname);
      if (!this.nameFixed) this.preferences.update({ nickname });
      if (this.channel === '') return;
      const found = findChannel(client.state.channels, this.channel);
      if (found === undefined) this.#fail({ code: 'channel.not_found', message: '' });
      else await this.open(found);
    });
  }

  /** Connects without going into a room; failures as in `join`. */
  async connect(): Promise<void> {
    await this.#attempt(async () => {
      await this.#connected(this.rememberedName);
    });
  }

  async leave(): Promise<void> {
    await this.client?.leave();
  }

  mute(): void {
    this.client?.setMuted(true);
  }

  unmute(): void {
    this.client?.setMuted(false);
  }

  deafen(): void {
    this.client?.setDeafened(true);
  }

  undeafen(): void {
    this.client?.setDeafened(false);
  }

  openSettings(section?: SettingsSection): void {
    void this.settings.show(section);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element within a page disconnects it too, and connects it again at once.
    queueMicrotask(() => {
      if (this.isConnected || this.#owns === null) return;
      void this.#owns.close();
      this.#owns = null;
      this.client = null;
    });
  }

  protected get rememberedName(): string {
    return this.nickname === '' ? this.preferences.values.nickname : this.nickname;
  }

  protected get serverUrl(): URL {
    return new URL(this.server === '' ? new URL(import.meta.url).origin : this.server, document.baseURI);
  }

  /** The name comes with what one comes in by. */
  protected get nameFixed(): boolean {
    return this.token !== '' || this.tokenProvider !== null;
  }

  /** Past the door: connected, or coming back by itself. */
  protected get connected(): boolean {
    const status = this.state?.connection.status;
    return status === 'ready' || status === 'reconnecting';
  }

  protected get room(): Channel | undefined {
    return this.state?.channels.find(({ id }) => id === this.state?.channelId);
  }

  /** Why one stands at the door: what was tried last, or why the server closed. */
  protected get doorProblem(): Problem | null {
    const connection = this.state?.connection;
    return this.problem ?? (connection?.status === 'closed' ? connection.problem : null);
  }

  protected async open(channel: Channel, password?: string): Promise<void> {
    const asked = channel.locked && this.state !== null && !can(this.state, 'channel.manage', channel.id);
    if (asked && password === undefined) {
      this.passwordProblem = null;
      this.asksFor = channel;
      return;
    }
    this.problem = null;
    try {
      await this.client?.join(channel.id, password);
      this.asksFor = null;
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'channel.password_wrong' || problem.code === 'channel.password_required') {
        this.asksFor = channel;
        this.passwordProblem = problem;
      } else {
        this.asksFor = null;
        this.#fail(problem);
      }
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated && !this.hasAttribute('theme') && this.theme === 'auto')
      this.theme = this.preferences.values.theme;
    if (changed.has('theme') && !isTheme(this.theme)) this.theme = 'auto';
    this.#leavesDoor = this.shadowRoot?.activeElement?.localName === 'voice-entry';
  }

  protected override updated(_changed: PropertyValues<this>): void {
    // Whoever came in by keyboard must not land at the top of the page when the form is gone.
    if (!this.#leavesDoor || this.renderRoot.querySelector('voice-entry') !== null) return;
    this.renderRoot.querySelector<HTMLElement>('.title h2')?.focus();
  }

  protected readonly entered = (event: VoiceEnterEvent): void => void this.join(event.nickname);

  /** What stands in place of the door once the server has ended the session; null for the door. */
  protected ended(action: string | null = null): TemplateResult | null {
    const problem = this.doorProblem;
    if (!isEnding(problem)) return null;
    return html`<voice-ended
      .problem=${problem}
      .action=${action}
      ?busy=${this.busy}
      @voice-connect-again=${this.cameBack}
    ></voice-ended>`;
  }

  protected readonly cameBack = (): void => void this.join();

  protected readonly activated = (event: VoiceChannelActivateEvent): void => {
    const channel = this.state?.channels.find(({ id }) => id === event.channelId);
    if (channel !== undefined) void this.open(channel);
  };

  protected notices(): TemplateResult {
    return html`<voice-notices
      .client=${this.client}
      .problem=${this.problem}
      ?sound-blocked=${this.soundBlocked}
      .onDismiss=${this.dismissed}
    ></voice-notices>`;
  }

  protected readonly dismissed = (): void => {
    this.problem = null;
  };

  protected readonly unreadChanged = (event: VoiceUnreadEvent): void => {
    this.unread = event.count;
  };

  /** The dialogs and the voice for screen readers, at the end of every layout. */
  protected overlays(): TemplateResult {
    return html`<voice-settings
        .client=${this.client}
        .theme=${this.theme}
        .talkKey=${this.talkKey}
        @voice-theme-change=${this.#themed}
        @voice-talk-key-change=${this.#keyed}
      ></voice-settings>
      <voice-password
        .room=${this.asksFor?.name ?? null}
        .problem=${this.passwordProblem}
        @voice-password=${this.#passworded}
      ></voice-password>
      <voice-announcer .client=${this.client}></voice-announcer>`;
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await action();
    } catch (error) {
      this.#fail(problemOf(error));
    } finally {
      this.busy = false;
    }
  }

  async #connected(nickname: string): Promise<VoiceClientApi> {
    let { client } = this;
    if (client === null) {
      client = await this.createClient(this.serverUrl, { blocked: (blocked) => (this.soundBlocked = blocked) });
      this.#owns = client;
      this.client = client;
    }
    const { status } = client.state.connection;
    if (status === 'idle' || status === 'closed') await client.connect(this.signIn(nickname));
    else if (!this.nameFixed) {
      const self = client.state.members.find(({ id }) => id === client.state.selfId);
      if (self !== undefined && self.nickname !== nickname) await client.setNickname(nickname);
    }
    return client;
  }

  /** What one comes in by. */
  protected signIn(nickname: string): SignIn {
    const named = this.nickname === '' ? {} : { nickname: this.nickname };
    const { tokenProvider, token } = this;
    if (tokenProvider !== null) return { type: 'join', getJoinToken: () => tokenProvider(), ...named };
    return token === '' ? { type: 'guest', nickname } : { type: 'join', token, ...named };
  }

  #fail(problem: Problem): void {
    this.problem = problem;
    this.dispatchEvent(new VoiceErrorEvent(problem));
  }

  readonly #passworded = (event: VoicePasswordEvent): void => {
    const channel = this.asksFor;
    if (channel === null || event.password === null) this.asksFor = null;
    else void this.open(channel, event.password);
  };

  readonly #themed = (event: VoiceThemeChangeEvent): void => {
    this.theme = event.theme;
    this.preferences.update({ theme: event.theme });
  };

  readonly #keyed = (): void => {
    this.talkKey = this.settings.talkKey;
    this.preferences.update({ talkKey: this.talkKey });
  };

  #tell(before: ClientState, after: ClientState): void {
    this.dispatchEvent(new VoiceStateChangeEvent(after));
    for (const change of roomChanges(before, after)) {
      if (change.type === 'joined') this.dispatchEvent(new VoiceJoinedEvent(change.channel));
      else if (change.type === 'left') this.dispatchEvent(new VoiceLeftEvent(change.channelId));
      else if (change.type === 'message') this.dispatchEvent(new VoiceMessageEvent(change.message));
      else if (change.type === 'speaking') this.dispatchEvent(new VoiceSpeakingEvent(change.member, change.speaking));
    }
  }
}

/** By id, else by name; upper and lower case are the same. */
export function findChannel(channels: readonly Channel[], wanted: string): Channel | undefined {
  const name = wanted.toLocaleLowerCase();
  return (
    channels.find(({ id }) => id === wanted) ?? channels.find((channel) => channel.name.toLocaleLowerCase() === name)
  );
}
