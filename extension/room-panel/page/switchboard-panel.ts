import type { ClientState, Problem } from '@switchboard/client';
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import {
  ClientController,
  define,
  isEnding,
  pluginIcon,
  sentence,
  settingsIcon,
  theme,
  VoiceElement,
  type VoiceChannelActivateEvent,
  type VoiceCodeOpenEvent,
  type VoiceDraftEvent,
  type VoicePasswordEvent,
  type VoiceReadEvent,
  type VoiceSettingsOpenEvent,
  type VoiceUnreadEvent,
} from '@switchboard/webcomponents/parts';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { SECTIONS, type Act, type CallView, type Section } from '../panel-messages.ts';
import { HostLink, type HostPort } from './host-link.ts';
import { panelTheme } from './panel-theme.styles.ts';
import { recalled } from './panel-memory.ts';
import { englishPanel, type PanelStrings } from './panel-strings.ts';
import { germanPanel } from './panel-strings.de.ts';
import type { RemoteClient } from './remote-client.ts';
import { RoomDoor } from './room-door.ts';
import { styles } from './switchboard-panel.styles.ts';

type Ended = Extract<CallView, { readonly status: 'ended' }>;

/**
 * The room view of an editor: the chat, the people, the plugins and the settings of the call that the extension's host has, and what there is to do without one.
 *
 * @customElement switchboard-panel
 */
@define('switchboard-panel')
export class SwitchboardPanel extends VoiceElement {
  static override styles = [theme, panelTheme, styles];

  /** To the host; has to be there when the element comes into the document. */
  @property({ attribute: false }) port: HostPort | null = null;
  @property({ attribute: false }) client: RemoteClient | null = null;

  @state() private section: Section = 'chat';
  @state() private unread = 0;
  @state() private problem: Problem | null = null;
  readonly #client = new ClientController(this, ['channels', 'members', 'channelId'], (after, before) => {
    if (after.channelId !== before.channelId) this.unread = 0;
  });
  readonly #door = new RoomDoor(
    () => this.requestUpdate(),
    (problem) => (this.problem = problem),
  );
  #link: HostLink | null = null;
  #draft: { readonly channelId: string; readonly text: string } | null = null;

  constructor() {
    super();
    this.addEventListener('voice-error', (event) => (this.problem = event.problem));
    this.addEventListener('voice-settings-open', ({ section }: VoiceSettingsOpenEvent) =>
      this.#show(section === 'plugins' ? 'plugins' : 'settings'),
    );
    this.addEventListener('click', this.#follow);
    this.addEventListener('auxclick', this.#follow);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { port } = this;
    if (port === null) return;
    ({ section: this.section, draft: this.#draft } = recalled(port.load()));
    this.#link = new HostLink(port, {
      changed: () => this.#hostChanged(),
      show: (section) => this.#show(section),
    });
  }

  override disconnectedCallback(): void {
    this.#link?.close();
    this.#link = null;
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const call = this.#link?.call ?? null;
    if (call === null) return nothing;
    switch (call.status) {
      case 'none':
        return this.#none();
      case 'connecting':
        return this.#connecting(call.server);
      case 'open':
        return this.#open(call.server);
      case 'ended':
        return this.#ended(call);
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('client')) this.problem = null;
  }

  get #words(): PanelStrings {
    return this.text.language === germanPanel.language ? germanPanel : englishPanel;
  }

  #none(): TemplateResult {
    const words = this.#words;
    return html`<div class="card">
      <h2>${words.notConnectedTitle}</h2>
      <p>${words.notConnectedText}</p>
      ${this.#button(words.connect, 'choose')}
    </div>`;
  }

  #connecting(server: string): TemplateResult {
    const words = this.#words;
    return html`<div class="card">
      <vscode-progress-ring aria-hidden="true"></vscode-progress-ring>
      <p role="status">${words.connectingTo(server)}</p>
      ${this.#button(words.cancel, 'hangUp', true)}
    </div>`;
  }

  #ended({ server, account, problem }: Ended): TemplateResult {
    const words = this.#words;
    if (problem.code === 'access.banned') {
      return html`<div class="card">
        <voice-ended .problem=${problem}></voice-ended>
        ${this.#button(words.otherServer, 'choose', true)}
      </div>`;
    }
    const signsIn = account && (problem.code === 'session.logged_out' || problem.code.startsWith('auth.'));
    const act: Act = signsIn ? 'signIn' : 'again';
    const label = signsIn ? words.signInAgain : words.connectAgain;
    if (isEnding(problem)) {
      return html`<div class="card">
        <voice-ended .problem=${problem} .action=${label} @voice-connect-again=${() => this.#act(act)}></voice-ended>
      </div>`;
    }
    return html`<div class="card">
      <h2>${words.endedTitle(server)}</h2>
      <p role="alert">${sentence(this.text, problem)}</p>
      ${this.#button(label, act)}
    </div>`;
  }

  #open(server: string): TemplateResult {
    const current = this.#client.state;
    const { client, text } = this;
    if (client === null || current === null) return this.#connecting(server);
    const inRoom = current.channelId !== null;
    const here = current.members.filter(({ channelId }) => channelId === current.channelId).length;
    return html`<voice-notices .client=${client} .problem=${this.problem} .onDismiss=${this.#dismissed}></voice-notices>
      <vscode-tabs selected-index=${SECTIONS.indexOf(this.section)} @vsc-tabs-select=${this.#selected}>
        ${this.#tab(html`${inRoom ? text.chat : text.channels}${this.#unreadMark()}`)}
        <vscode-tab-panel>${inRoom ? this.#chat(current) : this.#rooms()}</vscode-tab-panel>
        ${this.#tab(html`${text.people}<span class="count" aria-hidden="true">${inRoom ? here : current.members.length}</span>`)}
        <vscode-tab-panel>
          <voice-people .client=${client} ?everyone=${!inRoom}></voice-people>
        </vscode-tab-panel>
        ${this.#tab(html`<span class="sign" aria-hidden="true">${pluginIcon}</span><span class="word">${text.plugins}</span>`)}
        <vscode-tab-panel>
          ${
            this.section === 'plugins'
              ? html`<voice-plugins class="plugins" .client=${client}></voice-plugins>`
              : nothing
          }
        </vscode-tab-panel>
        ${this.#tab(html`<span class="sign" aria-hidden="true">${settingsIcon}</span><span class="word">${text.settings}</span>`)}
        <vscode-tab-panel>
          ${this.section === 'settings' ? html`<voice-settings embedded .client=${client}></voice-settings>` : nothing}
        </vscode-tab-panel>
      </vscode-tabs>
      <footer aria-label=${text.controls}>
        <voice-controls embedded .client=${client}></voice-controls>
        <voice-quality .client=${client}></voice-quality>
      </footer>
      <voice-password
        .room=${this.#door.asksFor?.name ?? null}
        .problem=${this.#door.problem}
        @voice-password=${this.#passworded}
      ></voice-password>
      <voice-announcer .client=${client}></voice-announcer>`;
  }

  /** The element says itself which one is selected, but of those that never were, nothing. */
  #tab(content: TemplateResult): TemplateResult {
    return html`<vscode-tab-header slot="header" aria-selected="false">${content}</vscode-tab-header>`;
  }

  #unreadMark(): TemplateResult | typeof nothing {
    if (this.unread === 0) return nothing;
    return html`<vscode-badge slot="content-after" variant="tab-header-counter" aria-hidden="true"
        >${this.unread}</vscode-badge
      ><span class="sr-only">, ${this.text.unread(this.unread)}</span>`;
  }

  #chat({ channelId }: ClientState): TemplateResult {
    return html`<voice-chat
      ?covered=${this.section !== 'chat'}
      code-opens
      .client=${this.client}
      .watched=${this.#link?.focused ?? false}
      .seenId=${this.#link?.readId ?? null}
      .draft=${this.#draft?.channelId === channelId ? this.#draft.text : ''}
      @voice-unread=${(event: VoiceUnreadEvent) => (this.unread = event.count)}
      @voice-read=${(event: VoiceReadEvent) => this.port?.post({ type: 'read', messageId: event.messageId })}
      @voice-code-open=${(event: VoiceCodeOpenEvent) => this.port?.post({ type: 'code', messageId: event.message.id })}
      @voice-draft=${(event: VoiceDraftEvent) => this.#drafted(event.draft)}
    ></voice-chat>`;
  }

  #rooms(): TemplateResult {
    return html`<voice-channel-tree
      .client=${this.client}
      @voice-channel-activate=${this.#activated}
    ></voice-channel-tree>`;
  }

  #button(label: string, act: Act, secondary = false): TemplateResult {
    return html`<vscode-button ?secondary=${secondary} @click=${() => this.#act(act)}>${label}</vscode-button>`;
  }

  #act(act: Act): void {
    this.port?.post({ type: 'act', act });
  }

  #hostChanged(): void {
    this.client = this.#link?.client ?? null;
    if (this.client === null) this.#door.giveUp();
    this.requestUpdate();
  }

  #show(section: Section): void {
    this.section = section;
    this.#save();
  }

  #save(): void {
    this.port?.save({ section: this.section, draft: this.#draft });
  }

  #drafted(text: string): void {
    const channelId = this.#client.state?.channelId ?? null;
    this.#draft = channelId === null || text === '' ? null : { channelId, text };
    this.#save();
  }

  readonly #selected = (event: CustomEvent<{ readonly selectedIndex: number }>): void => {
    this.#show(SECTIONS[event.detail.selectedIndex] ?? 'chat');
  };

  readonly #activated = (event: VoiceChannelActivateEvent): void => {
    const { client } = this;
    const room = client?.state.channels.find(({ id }) => id === event.channelId);
    this.problem = null;
    if (client !== null && room !== undefined) void this.#door.enter(client, room);
  };

  readonly #passworded = (event: VoicePasswordEvent): void => {
    const { client } = this;
    const room = this.#door.asksFor;
    if (event.password === null || client === null || room === null) this.#door.giveUp();
    else void this.#door.enter(client, room, event.password);
  };

  readonly #dismissed = (): void => {
    this.problem = null;
  };

  /** A link of a message is opened by the editor, which asks before. */
  readonly #follow = (event: Event): void => {
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    if (link === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.port?.post({ type: 'link', href: link.href });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'switchboard-panel': SwitchboardPanel;
  }
}
