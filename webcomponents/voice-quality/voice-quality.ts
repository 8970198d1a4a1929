import type { VoiceClientApi, VoiceStats } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { placePopover } from '../popover.ts';
import { controls } from '../styles/controls.styles.ts';
import { popover } from '../styles/popover.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { jitterBufferMs, qualityBars } from './bars.ts';
import { styles } from './voice-quality.styles.ts';

/**
 * How well voice gets through: bars, and on a click the figures.
 *
 * @customElement voice-quality
 * @csspart button - the bars
 * @csspart popover - the figures
 */
@define('voice-quality')
export class VoiceQuality extends VoiceElement {
  static override styles = [theme, controls, popover, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @query('button') private readonly button!: HTMLElement;
  @query('[popover]') private readonly panel!: HTMLElement;
  readonly #client = new ClientController(this, ['lane', 'stats']);

  protected override render(): TemplateResult | typeof nothing {
    const state = this.#client.state;
    if (state === null || state.lane.status === 'idle') return nothing;
    const bars = qualityBars(state.lane, state.stats);
    const label = bars === undefined ? this.text.qualityUnknown : this.text.quality(bars);
    const tone = bars === undefined ? 'wait' : bars < 2 ? 'poor' : bars === 2 ? 'fair' : '';
    return html`<button
        part="button"
        class="icon-button"
        aria-label=${label}
        title=${label}
        aria-haspopup="true"
        @click=${this.#open}
      >
        <span class="bars ${tone}" aria-hidden="true"
          >${[1, 2, 3, 4].map((bar) => html`<i class=${bar <= (bars ?? 0) ? 'on' : ''}></i>`)}</span
        >
      </button>
      <div part="popover" popover role="group" aria-label=${label}>
        <p class="title">${label}</p>
        ${state.stats === null ? nothing : this.#figures(state.stats)}
      </div>`;
  }

  #figures(stats: VoiceStats): TemplateResult {
    const { text } = this;
    const share = new Intl.NumberFormat(this.locale, { style: 'percent', maximumFractionDigits: 1 });
    const ms = (value: number | null): string => (value === null ? '–' : text.milliseconds(Math.round(value)));
    return html`<dl>
      <dt>${text.lane}</dt>
      <dd>${stats.lane === null ? '–' : text.laneNames[stats.lane]}</dd>
      <dt>${text.roundTrip}</dt>
      <dd>${ms(stats.roundTripMs)}</dd>
      <dt>${text.lossUp}</dt>
      <dd>${share.format(stats.lossUp)}</dd>
      <dt>${text.lossDown}</dt>
      <dd>${share.format(stats.lossDown)}</dd>
      <dt>${text.jitterBuffer}</dt>
      <dd>${ms(jitterBufferMs(stats))}</dd>
    </dl>`;
  }

  readonly #open = (): void => {
    this.panel.togglePopover();
    placePopover(this.panel, this.button);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-quality': VoiceQuality;
  }
}
