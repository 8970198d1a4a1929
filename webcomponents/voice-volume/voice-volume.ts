import type { VoiceClientApi } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { html, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { placePopover } from '../popover.ts';
import { controls } from '../styles/controls.styles.ts';
import { popover } from '../styles/popover.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-whisper/voice-whisper.ts';
import type { VoiceWhisper } from '../voice-whisper/voice-whisper.ts';
import { styles } from './voice-volume.styles.ts';

/** From silent to twice as loud, in steps of 5 %. */
export const MAX_VOLUME_PERCENT = 200;

/**
 * How loud one user is heard here, 0 to 200 %, and a button to whisper to that user: a popover that `openFor` puts beside
 * an element.
 *
 * @customElement voice-volume
 * @csspart popover - the panel
 */
@define('voice-volume')
export class VoiceVolume extends VoiceElement {
  static override styles = [theme, controls, popover, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private member: Member | null = null;
  @query('[popover]') private readonly panel!: HTMLElement;
  @query('voice-whisper') private readonly whisper!: VoiceWhisper;
  readonly #client = new ClientController(this, ['volumes']);

  async openFor(member: Member, anchor: Element): Promise<void> {
    this.member = member;
    await this.updateComplete;
    this.panel.showPopover();
    placePopover(this.panel, anchor);
    this.panel.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { member, text } = this;
    const percent = Math.round((this.#client.state?.volumes[member?.userId ?? ''] ?? 1) * 100);
    const label = text.volumeOf(member?.nickname ?? '');
    return html`<div part="popover" popover role="group" aria-label=${label} @beforetoggle=${this.#toggle}>
      <div class="head"><bdi class="name">${member?.nickname ?? ''}</bdi><output>${text.percent(percent)}</output></div>
      <div class="row">
        <input
          type="range"
          min="0"
          max=${MAX_VOLUME_PERCENT}
          step="5"
          aria-label=${label}
          aria-valuetext=${text.percent(percent)}
          .value=${String(percent)}
          @input=${this.#slide}
        />
        <button class="button" ?disabled=${percent === 100} @click=${() => this.#set(100)}>${text.reset}</button>
      </div>
      <voice-whisper .client=${this.client} .member=${member}></voice-whisper>
    </div>`;
  }

  /** Closed by a click elsewhere or by Escape, perhaps with the whisper button held. */
  readonly #toggle = (event: ToggleEvent): void => {
    if (event.newState === 'closed') this.whisper.stop();
  };

  readonly #slide = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.#set(event.target.valueAsNumber);
  };

  #set(percent: number): void {
    if (this.member !== null) this.client?.setVolume(this.member.userId, percent / 100);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-volume': VoiceVolume;
  }
}
