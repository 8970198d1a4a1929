import type { Activation, VoiceClientApi } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { LevelController } from '../level-controller.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-level.styles.ts';

/** The scale of the meter; speech into a microphone at hand lies between −40 and −10 dBFS. */
const LOWEST_DBFS = -80;
const HIGHEST_DBFS = 0;

/**
 * The microphone's level, and on the same scale the two thresholds of voice activation, each to be moved.
 *
 * @customElement voice-level
 * @csspart track - the scale
 */
@define('voice-level')
export class VoiceLevel extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  readonly #client = new ClientController(this, ['activation', 'speaking', 'selfId']);
  readonly #level = new LevelController(this);

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const { text } = this;
    const share = Math.max(0, Math.min(1, (this.#level.dbfs - LOWEST_DBFS) / (HIGHEST_DBFS - LOWEST_DBFS)));
    const { activation } = current;
    const open = current.selfId !== null && current.speaking.includes(current.selfId);
    return html`<div part="track">
        <div class="bar" role="img" aria-label=${text.inputLevel}>
          <div class="fill ${open ? 'open' : ''}" .style=${`--_level: ${share}`}></div>
        </div>
        ${
          activation.mode === 'voice'
            ? html`${this.#threshold('release', text.closesBelow, activation.releaseDbfs)}
              ${this.#threshold('activation', text.opensAbove, activation.activationDbfs)}`
            : nothing
        }
      </div>
      ${
        activation.mode === 'voice'
          ? html`<div class="legend">
              <span>${text.opensAbove} <b>${text.decibels(activation.activationDbfs)}</b></span>
              <span>${text.closesBelow} <b>${text.decibels(activation.releaseDbfs)}</b></span>
            </div>`
          : nothing
      }`;
  }

  #threshold(kind: 'activation' | 'release', label: string, value: number): TemplateResult {
    return html`<input
      type="range"
      class=${kind}
      min=${LOWEST_DBFS}
      max=${HIGHEST_DBFS}
      step="1"
      aria-label=${label}
      aria-valuetext=${this.text.decibels(value)}
      .value=${String(value)}
      @input=${(event: Event) => this.#move(kind, event)}
    />`;
  }

  #move(kind: 'activation' | 'release', event: Event): void {
    const activation = this.#client.state?.activation;
    if (!(event.target instanceof HTMLInputElement) || activation?.mode !== 'voice') return;
    this.client?.setActivation(moved(activation, kind, event.target.valueAsNumber));
  }
}

/** The gate must open above where it closes: one mark pushes the other along. */
export function moved(
  activation: Extract<Activation, { mode: 'voice' }>,
  kind: 'activation' | 'release',
  value: number,
): Activation {
  return kind === 'activation'
    ? { mode: 'voice', activationDbfs: value, releaseDbfs: Math.min(activation.releaseDbfs, value) }
    : { mode: 'voice', activationDbfs: Math.max(activation.activationDbfs, value), releaseDbfs: value };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-level': VoiceLevel;
  }
}
