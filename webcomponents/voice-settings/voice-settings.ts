import type { AudioDevice, ClientState, Problem, VoiceClientApi } from '@switchboard/client';
import { MAX_NICKNAME_LENGTH, MAX_STATUS_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import type { SettingsSection } from '../events/voice-settings-open.ts';
import { VoiceThemeChangeEvent } from '../events/voice-theme-change.ts';
import { closeIcon } from '../icons.ts';
import { loaded } from '../lazy.ts';
import type { Theme } from '../preferences.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-level/voice-level.ts';
import { MAX_VOLUME_PERCENT } from '../voice-volume/voice-volume.ts';
import { keyName } from '../shortcuts.ts';
import { styles } from './voice-settings.styles.ts';

/** What voice activation begins with; `client/audio/gate.ts` tells how it was measured. */
const VOICE_ACTIVATION = { mode: 'voice', activationDbfs: -50, releaseDbfs: -56 } as const;

/**
 * The settings: name, devices with a live meter, when to send, the volume of each person, the theme; and, in a section of their own, plugins.
 *
 * @customElement voice-settings
 * @fires {VoiceThemeChangeEvent} voice-theme-change - another theme was chosen
 * @fires {Event} voice-talk-key-change - another talk key was chosen; read `talkKey`
 */
@define('voice-settings')
export class VoiceSettings extends VoiceElement {
  static override styles = [theme, controls, dialog, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property() theme: Theme = 'auto';
  /** Stands in its place instead of in a dialog, in a host that has its own colours and its own talk key. */
  @property({ type: Boolean, reflect: true }) embedded = false;
  /** `KeyboardEvent.code` of the talk key. */
  @property({ attribute: 'talk-key' }) talkKey = 'Backquote';

  @state() private opened = false;
  @state() private section: SettingsSection = 'general';
  @state() private capturing = false;
  @state() private problem: Problem | null = null;
  @query('dialog') private readonly dialog!: HTMLDialogElement | null;
  readonly #client = new ClientController(this, [
    'devices',
    'microphoneId',
    'speakerId',
    'microphone',
    'echoTest',
    'activation',
    'members',
    'channelId',
    'selfId',
    'volumes',
  ]);

  /** Opens the dialog. */
  async show(section: SettingsSection = 'general'): Promise<void> {
    this.opened = true;
    this.problem = null;
    this.#choose(section);
    await this.updateComplete;
    if (this.dialog?.open === false) this.dialog.showModal();
    this.#try(this.client?.refreshDevices());
  }

  protected override firstUpdated(): void {
    if (this.embedded) this.#try(this.client?.refreshDevices());
  }

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    const { text } = this;
    if (this.embedded) return current === null ? nothing : this.#body(current);
    return html`<dialog
      aria-labelledby="title"
      @close=${this.#closed}
      @click=${this.#outside}
      @keydown=${this.#capture}
    >
      ${
        this.opened && current !== null
          ? html`<header>
                <h2 id="title">${text.settings}</h2>
                <button class="icon-button" autofocus aria-label=${text.close} @click=${() => this.dialog?.close()}>
                  ${closeIcon}
                </button>
              </header>
              ${this.#sections()} ${this.section === 'plugins' ? this.#plugins() : this.#body(current)}`
          : nothing
      }
    </dialog>`;
  }

  #body(current: ClientState): TemplateResult {
    const { text } = this;
    return html`<div class="body">
      <p class="problem" role="alert" ?hidden=${this.problem === null}>
        ${this.problem === null ? nothing : sentence(text, this.problem)}
      </p>
      ${this.#profile(current)} ${this.#devices(current)} ${this.#transmission(current)} ${this.#volumes(current)}
      ${this.embedded ? nothing : this.#appearance()}
    </div>`;
  }

  #sections(): TemplateResult {
    const { text } = this;
    const button = (section: SettingsSection, label: string): TemplateResult =>
      html`<button
        id=${section}
        aria-pressed=${this.section === section ? 'true' : 'false'}
        @click=${() => this.#choose(section)}
      >
        ${label}
      </button>`;
    return html`<div class="sections" role="group" aria-label=${text.sections}>
      ${button('general', text.general)} ${button('plugins', text.plugins)}
    </div>`;
  }

  #plugins(): TemplateResult {
    return html`<div class="body">
      <p class="problem" role="alert" ?hidden=${this.problem === null}>
        ${this.problem === null ? nothing : sentence(this.text, this.problem)}
      </p>
      <voice-plugins .client=${this.client}></voice-plugins>
    </div>`;
  }

  #choose(section: SettingsSection): void {
    this.section = section;
    this.problem = null;
    if (section !== 'plugins') return;
    this.capturing = false;
    if (this.client?.state.echoTest === true) this.client.stopEchoTest();
    void this.#loadPlugins();
  }

  async #loadPlugins(): Promise<void> {
    this.problem = await loaded(() => import('../voice-plugins/voice-plugins.ts'));
  }

  #profile(current: ClientState): TemplateResult | typeof nothing {
    const { text } = this;
    const self = current.members.find(({ id }) => id === current.selfId);
    if (self === undefined) return nothing;
    return html`<section aria-label=${text.profile}>
      <h3>${text.profile}</h3>
      <div class="pair">
        <div class="field">
          <label for="nickname">${text.nickname}</label>
          <input
            id="nickname"
            type="text"
            dir="auto"
            maxlength=${MAX_NICKNAME_LENGTH}
            .value=${self.nickname}
            @change=${this.#written((value) => (value === '' ? undefined : this.client?.setNickname(value)))}
          />
        </div>
        <div class="field">
          <label for="status">${text.status}</label>
          <input
            id="status"
            type="text"
            dir="auto"
            maxlength=${MAX_STATUS_LENGTH}
            placeholder=${text.statusHint}
            .value=${self.status}
            @change=${this.#written((value) => this.client?.setStatus(value))}
          />
        </div>
      </div>
    </section>`;
  }

  #devices(current: ClientState): TemplateResult {
    const { text } = this;
    const failed = current.microphone.status === 'failed' ? current.microphone.problem : null;
    return html`<section aria-label=${text.devices}>
      <h3>${text.devices}</h3>
      <div class="pair">
        ${this.#picker('microphone', text.microphone, current.devices, current.microphoneId, (id) =>
          this.client?.useMicrophone(id),
        )}
        ${this.#picker('speaker', text.speaker, current.devices, current.speakerId, (id) => this.client?.useSpeaker(id))}
      </div>
      ${failed === null ? nothing : html`<p class="problem">${sentence(text, failed)}</p>`}
      <div>
        <span class="label">${text.inputLevel}</span>
        <voice-level .client=${this.client}></voice-level>
        <p class="hint">${this.#meterHint(current)}</p>
      </div>
      <div class="echo">
        <button class="button" @click=${() => this.#testEcho(current.echoTest)}>
          ${current.echoTest ? text.stopTest : text.testMicrophone}
        </button>
        <p class="hint" role="status">${current.echoTest ? text.echoHint : nothing}</p>
      </div>
    </section>`;
  }

  #meterHint({ activation, channelId, echoTest }: ClientState): string | typeof nothing {
    if (echoTest) return nothing;
    if (channelId === null) return this.text.meterIdle;
    return activation.mode === 'voice' ? this.text.meterHint : nothing;
  }

  #testEcho(on: boolean): void {
    if (on) this.client?.stopEchoTest();
    else this.#try(this.client?.startEchoTest());
  }

  #picker(
    kind: AudioDevice['kind'],
    label: string,
    devices: readonly AudioDevice[],
    chosen: string | null,
    use: (id: string | null) => Promise<void> | undefined,
  ): TemplateResult {
    const { text } = this;
    return html`<div class="field">
      <label for=${kind}>${label}</label>
      <select id=${kind} @change=${this.#written((value) => use(value === '' ? null : value))}>
        <option value="" ?selected=${chosen === null}>${text.systemDefault}</option>
        ${devices
          .filter((device) => device.kind === kind)
          .map(
            (device, index) =>
              html`<option value=${device.id} ?selected=${device.id === chosen}>
                ${device.label === '' ? text.unnamedDevice(index + 1) : device.label}
              </option>`,
          )}
      </select>
    </div>`;
  }

  #transmission({ activation }: ClientState): TemplateResult {
    const { text } = this;
    const choice = (mode: typeof activation.mode, label: string, hint: string): TemplateResult =>
      html`<label class="choice"
        ><input
          type="radio"
          name="activation"
          .checked=${activation.mode === mode}
          @change=${() => this.client?.setActivation(mode === 'voice' ? VOICE_ACTIVATION : { mode })}
        /><span>${label}</span><span class="hint">${hint}</span></label
      >`;
    return html`<section aria-label=${text.transmission}>
      <h3>${text.transmission}</h3>
      <fieldset aria-label=${text.transmission}>
        ${choice('voice', text.voiceActivation, text.voiceActivationHint)}
        ${choice('push-to-talk', text.pushToTalk, text.pushToTalkHint)}
      </fieldset>
      ${
        activation.mode === 'voice' || this.embedded
          ? nothing
          : html`<div class="key">
              <span>${text.talkKey}</span>
              <kbd aria-live="polite">${this.capturing ? text.pressAKey : keyName(this.talkKey)}</kbd>
              <button
                class="button"
                aria-pressed=${this.capturing ? 'true' : 'false'}
                @click=${() => (this.capturing = !this.capturing)}
              >
                ${this.capturing ? text.cancel : text.changeKey}
              </button>
            </div>`
      }
    </section>`;
  }

  #volumes(current: ClientState): TemplateResult | typeof nothing {
    if (current.channelId === null) return nothing;
    const { text } = this;
    const others = current.members.filter(
      ({ id, channelId }) => channelId === current.channelId && id !== current.selfId,
    );
    return html`<section aria-label=${text.volumes}>
      <h3>${text.volumes}</h3>
      ${others.length === 0 ? html`<p class="hint">${text.noVolumes}</p>` : nothing}
      ${others.map(({ userId, nickname }) => {
        const percent = Math.round((current.volumes[userId] ?? 1) * 100);
        return html`<div class="volume">
          <voice-avatar .name=${nickname} .userId=${userId}></voice-avatar><bdi title=${nickname}>${nickname}</bdi>
          <input
            type="range"
            min="0"
            max=${MAX_VOLUME_PERCENT}
            step="5"
            aria-label=${text.volumeOf(nickname)}
            aria-valuetext=${text.percent(percent)}
            .value=${String(percent)}
            @input=${this.#written((value) => this.client?.setVolume(userId, Number(value) / 100))}
          /><output>${text.percent(percent)}</output>
        </div>`;
      })}
    </section>`;
  }

  #appearance(): TemplateResult {
    const { text } = this;
    const choice = (value: Theme, label: string): TemplateResult =>
      html`<label class="choice"
        ><input
          type="radio"
          name="theme"
          .checked=${this.theme === value}
          @change=${() => this.#chooseTheme(value)}
        /><span>${label}</span></label
      >`;
    return html`<section aria-label=${text.appearance}>
      <h3>${text.appearance}</h3>
      <fieldset class="theme" aria-label=${text.theme}>
        ${choice('auto', text.themeAuto)} ${choice('light', text.themeLight)} ${choice('dark', text.themeDark)}
      </fieldset>
    </section>`;
  }

  #chooseTheme(value: Theme): void {
    this.theme = value;
    this.dispatchEvent(new VoiceThemeChangeEvent(value));
  }

  #written(take: (value: string) => Promise<void> | void): (event: Event) => void {
    return (event) => {
      const { target } = event;
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)
        this.#try(take(target.value.trim()));
    };
  }

  #try(action: Promise<void> | void): void {
    this.problem = null;
    action?.catch((error: unknown) => {
      this.problem = problemOf(error);
    });
  }

  readonly #capture = (event: KeyboardEvent): void => {
    if (!this.capturing) return;
    event.preventDefault();
    event.stopPropagation();
    this.capturing = false;
    if (event.code === 'Escape' || event.code === '') return;
    this.talkKey = event.code;
    this.dispatchEvent(new Event('voice-talk-key-change'));
  };

  readonly #outside = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog?.close();
  };

  readonly #closed = (): void => {
    this.opened = false;
    this.capturing = false;
    this.client?.stopEchoTest();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-settings': VoiceSettings;
  }
}
