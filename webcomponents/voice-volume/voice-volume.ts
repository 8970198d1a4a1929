import type { VoiceClientApi } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import type { VoiceRemovalOpenEvent } from '../events/voice-removal-open.ts';
import { loaded, rendered } from '../lazy.ts';
import { placePopover } from '../popover.ts';
import { controls } from '../styles/controls.styles.ts';
import { popover } from '../styles/popover.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { powersOver } from '../voice-moderation/moderation.ts';
import '../voice-whisper/voice-whisper.ts';
import type { VoiceWhisper } from '../voice-whisper/voice-whisper.ts';
import { styles } from './voice-volume.styles.ts';

/** From silent to twice as loud, in steps of 5 %. */
export const MAX_VOLUME_PERCENT = 200;

/**
 * What one can do about a member: how loud it is heard here, 0 to 200 %, whisper to it, and for moderators what they may do for everyone.
 * A popover that `openFor` puts beside an element.
 *
 * @customElement voice-volume
 * @csspart popover - the panel
 */
@define('voice-volume')
export class VoiceVolume extends VoiceElement {
  static override styles = [theme, controls, popover, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private member: Member | null = null;
  @state() private opened = false;
  /** The dialog for kicking and banning was asked for, and stays. */
  @state() private removes = false;
  @query('[popover]') private readonly panel!: HTMLElement;
  @query('voice-whisper') private readonly whisper!: VoiceWhisper;
  #anchor: Element | null = null;
  readonly #client = new ClientController(this, ['volumes', 'permissions', 'channelPermissions']);

  async openFor(member: Member, anchor: Element): Promise<void> {
    this.member = member;
    this.#anchor = anchor;
    this.opened = true;
    await this.updateComplete;
    if (!this.panel.matches(':popover-open')) this.panel.showPopover();
    placePopover(this.panel, anchor);
    this.panel.querySelector('input')?.focus();
    if (!this.#moderates()) return;
    const problem = await loaded(() => import('../voice-moderation/voice-moderation.ts'));
    if (problem !== null) this.dispatchEvent(new VoiceErrorEvent(problem));
    else await rendered(this.renderRoot, 'voice-moderation');
    // It has grown, or has been closed meanwhile.
    if (this.panel.matches(':popover-open')) placePopover(this.panel, anchor);
  }

  #moderates(): boolean {
    const current = this.#client.state;
    return current !== null && this.member !== null && powersOver(current, this.member) !== null;
  }

  protected override render(): TemplateResult {
    const { member, text } = this;
    const percent = Math.round((this.#client.state?.volumes[member?.userId ?? ''] ?? 1) * 100);
    const name = member?.nickname ?? '';
    const label = text.volumeOf(name);
    return html`<div
        part="popover"
        popover
        role="group"
        aria-label=${text.optionsFor(name)}
        @beforetoggle=${this.#toggle}
        @voice-removal-open=${this.#remove}
      >
        <div class="head"><bdi class="name">${name}</bdi><output>${text.percent(percent)}</output></div>
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
        ${
          this.opened && this.#moderates()
            ? html`<voice-moderation .client=${this.client} .member=${member}></voice-moderation>`
            : nothing
        }
      </div>
      ${this.removes ? html`<voice-removal .client=${this.client}></voice-removal>` : nothing}`;
  }

  /** Closed by a click elsewhere or by Escape, perhaps with the whisper button held. */
  readonly #toggle = (event: ToggleEvent): void => {
    if (event.newState !== 'closed') return;
    this.opened = false;
    this.whisper.stop();
    // Where it came from. Not every browser leads it there out of a shadow root.
    if (this.panel.matches(':focus-within') && this.#anchor instanceof HTMLElement) this.#anchor.focus();
  };

  /** The panel gives way to the dialog, and the focus back to where it came from, to which the dialog returns it. */
  readonly #remove = async (event: VoiceRemovalOpenEvent): Promise<void> => {
    const { member } = this;
    event.stopPropagation();
    this.panel.hidePopover();
    this.removes = true;
    const problem = await loaded(() => import('../voice-removal/voice-removal.ts'));
    if (problem !== null) this.dispatchEvent(new VoiceErrorEvent(problem));
    else if (member !== null) await (await rendered(this.renderRoot, 'voice-removal'))?.ask(event.removal, member);
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
