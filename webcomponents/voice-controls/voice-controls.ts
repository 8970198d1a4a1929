import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceSettingsOpenEvent } from '../events/voice-settings-open.ts';
import {
  headphonesIcon,
  headphonesOffIcon,
  leaveIcon,
  micIcon,
  micOffIcon,
  settingsIcon,
  shieldMicIcon,
} from '../icons.ts';
import { keyName } from '../shortcuts.ts';
import type { Strings } from '../strings/strings.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-controls.styles.ts';

/**
 * Mute, deafen, settings, leave, and in push-to-talk mode a button to hold; and why nobody hears one, where others have decided that.
 *
 * @customElement voice-controls
 * @fires {VoiceSettingsOpenEvent} voice-settings-open - the settings button was pressed
 * @csspart mute - the mute button
 * @csspart deafen - the deafen button
 * @csspart talk - the button to hold, in push-to-talk mode
 * @csspart settings - the settings button
 * @csspart leave - the leave button
 */
@define('voice-controls')
export class VoiceControls extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** In a host that has its own place for settings, and its own keys: neither is shown. */
  @property({ type: Boolean, reflect: true }) embedded = false;
  /** `KeyboardEvent.code` of the talk key, to show it. */
  @property({ attribute: 'talk-key' }) talkKey = 'Backquote';

  readonly #client = new ClientController(this, [
    'muted',
    'deafened',
    'activation',
    'speaking',
    'selfId',
    'channelId',
    'microphone',
    'serverMuted',
    'serverDeafened',
    'permissions',
    'channelPermissions',
  ]);
  /** The client that was told of the talk button going down, until it is told of its release. */
  #talkingTo: VoiceClientApi | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTalking();
  }

  /** A button that has gone, or cannot be pressed any more, tells nobody that it was let go. */
  protected override updated(): void {
    const usable = this.renderRoot.querySelector('[part=talk]:enabled') !== null;
    if (!usable || this.client !== this.#talkingTo) this.#stopTalking();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this.#client;
    if (state === null) return nothing;
    const { text } = this;
    const silent = state.muted || state.deafened;
    const why = whySilent(state, text);
    const live = state.selfId !== null && state.speaking.includes(state.selfId);
    const muteLabel = state.muted ? text.unmuteAction : text.muteAction;
    const deafenLabel = state.deafened ? text.undeafenAction : text.deafenAction;
    return html`<button
        part="mute"
        class="icon-button ${live && !silent ? 'live' : ''} ${why === null ? '' : 'barred'}"
        aria-label=${text.muteAction}
        aria-describedby=${why === null ? nothing : 'why'}
        aria-pressed=${silent ? 'true' : 'false'}
        aria-keyshortcuts=${this.embedded ? nothing : 'M'}
        @click=${this.#mute}
      >
        ${why !== null ? shieldMicIcon : silent ? micOffIcon : micIcon}${this.#tip(muteLabel, 'M')}
      </button>
      <button
        part="deafen"
        class="icon-button"
        aria-label=${text.deafenAction}
        aria-pressed=${state.deafened ? 'true' : 'false'}
        aria-keyshortcuts=${this.embedded ? nothing : 'D'}
        @click=${this.#deafen}
      >
        ${state.deafened ? headphonesOffIcon : headphonesIcon}${this.#tip(deafenLabel, 'D')}
      </button>
      ${this.#talkButton(state, live, why !== null)}
      <span id="why" class="space" role="status" title=${why ?? nothing}>${why ?? nothing}</span>
      ${
        state.channelId === null
          ? nothing
          : html`<button part="leave" class="icon-button leave" aria-label=${text.leave} @click=${this.#leave}>
              ${leaveIcon}${this.#tip(text.leave)}
            </button>`
      }
      ${
        this.embedded
          ? nothing
          : html`<button
              part="settings"
              class="icon-button"
              aria-label=${text.settings}
              aria-haspopup="dialog"
              @click=${this.#settings}
            >
              ${settingsIcon}${this.#tip(text.settings)}
            </button>`
      }`;
  }

  #tip(label: string, key?: string): TemplateResult {
    return html`<span class="tip" aria-hidden="true"
      >${label}${key === undefined || this.embedded ? nothing : html` <kbd>${key}</kbd>`}</span
    >`;
  }

  #talkButton(state: ClientState, live: boolean, barred: boolean): TemplateResult | typeof nothing {
    if (state.activation.mode !== 'push-to-talk' || state.channelId === null) return nothing;
    const byKey = (act: () => void) => (event: KeyboardEvent) => {
      if ((event.key === ' ' || event.key === 'Enter') && !event.repeat) act();
    };
    return html`<button
      part="talk"
      class="button talk ${live ? 'live-talk' : ''}"
      ?disabled=${state.muted || state.deafened || barred}
      @keydown=${byKey(this.#startTalking)}
      @keyup=${byKey(this.#stopTalking)}
      @blur=${this.#stopTalking}
      @pointerdown=${this.#startTalking}
      @pointerup=${this.#stopTalking}
      @pointercancel=${this.#stopTalking}
      @pointerleave=${this.#stopTalking}
    >
      <span>${live ? this.text.talking : this.#hold()}</span>
    </button>`;
  }

  #hold(): string {
    return this.embedded ? this.text.holdThisToTalk : this.text.holdToTalk(keyName(this.talkKey));
  }

  readonly #startTalking = (): void => {
    this.#talkingTo = this.client;
    this.client?.setTalking(true);
  };

  readonly #stopTalking = (): void => {
    this.#talkingTo?.setTalking(false);
    this.#talkingTo = null;
  };

  readonly #mute = (): void => {
    const state = this.#client.state;
    if (state === null) return;
    // Whoever unmutes wants to be heard: that ends deafness too.
    if (state.deafened) this.client?.setDeafened(false);
    else this.client?.setMuted(!state.muted);
  };

  readonly #deafen = (): void => {
    this.client?.setDeafened(!(this.#client.state?.deafened ?? false));
  };

  readonly #settings = (): void => {
    this.dispatchEvent(new VoiceSettingsOpenEvent());
  };

  readonly #leave = (): void => {
    void this.client?.leave();
  };
}

/** What others have decided about one's voice here; null for nothing. */
function whySilent(state: ClientState, text: Strings): string | null {
  if (state.channelId === null) return null;
  if (state.serverDeafened) return text.youAreDeafened;
  if (state.serverMuted) return text.youAreMuted;
  return can(state, 'speak', state.channelId) ? null : text.mayNotSpeak;
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-controls': VoiceControls;
  }
}
