import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';

import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';
import { styles } from './admin-chart.styles.ts';

export interface ChartSeries {
  readonly label: string;
  /** Null where there is none. */
  readonly values: readonly (number | null)[];
}

const HEIGHT_PX = 140;
const AXIS_WIDTH_PX = 64;
/** Lines differ by more than their colour. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];
const TABLE_ROWS = 60;
const SHORT_SPAN_MS = 300_000;

/**
 * Lines over time, of up to three series, with the last figures beside their names; the same as a table for those who
 * cannot see lines.
 *
 * @customElement admin-chart
 */
@define('admin-chart')
export class AdminChart extends AdminElement {
  static override styles = [theme, styles];

  @property() label = '';
  /** Milliseconds since 1970, ascending. */
  @property({ attribute: false }) times: readonly number[] = [];
  @property({ attribute: false }) series: readonly ChartSeries[] = [];
  /** How a figure is told. */
  @property({ attribute: false }) tell: (value: number) => string = String;

  @state() private pointed: number | null = null;
  @state() private tableOpen = false;
  @query('.plot') private readonly stage!: HTMLElement;
  #plot: uPlot | undefined;
  #shape = '';
  #observer: ResizeObserver | undefined;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  override connectedCallback(): void {
    super.connectedCallback();
    this.#dark.addEventListener('change', this.#redraw);
    this.#observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) this.#plot?.setSize({ width, height: HEIGHT_PX });
    });
    if (this.hasUpdated) {
      this.#observer.observe(this.stage);
      this.requestUpdate();
    }
  }

  override disconnectedCallback(): void {
    this.#dark.removeEventListener('change', this.#redraw);
    this.#observer?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const at = this.pointed ?? this.times.length - 1;
    const time = this.pointed === null ? undefined : this.times[this.pointed];
    const isEmpty = this.times.length < 2;
    return html`<h2 id="name">${this.label}</h2>
      <div class="plot ${isEmpty ? 'waiting' : ''}" role="img" aria-label=${this.#summary()}>
        ${isEmpty ? this.text.chart.waiting : nothing}
      </div>
      <ul aria-hidden="true">
        ${this.series.map(
          ({ label, values }, index) =>
            html`<li><span class="line line-${index}"></span>${label}<strong>${this.#told(values[at])}</strong></li>`,
        )}
        ${time === undefined ? nothing : html`<li>${this.format.time(time)}</li>`}
      </ul>
      <span class="grid-colour" hidden></span><span class="text-colour" hidden></span>
      <details
        @toggle=${(event: Event) => (this.tableOpen = event.target instanceof HTMLDetailsElement && event.target.open)}
      >
        <summary>${this.text.chart.asTable}</summary>
        ${this.tableOpen ? this.#table() : nothing}
      </details>`;
  }

  protected override firstUpdated(): void {
    this.#observer?.observe(this.stage);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.times.length < 2 || !(changed.has('times') || changed.has('series') || this.#plot === undefined)) return;
    // The axes tell their figures in the language, also where a name is the same in both.
    const shape = [this.text.language, ...this.series.map(({ label }) => label)].join('\n');
    if (this.#plot !== undefined && shape !== this.#shape) {
      this.#plot.destroy();
      this.#plot = undefined;
    }
    this.#shape = shape;
    if (this.#plot === undefined) this.#plot = this.#made();
    else this.#plot.setData(this.#data());
  }

  #data(): uPlot.AlignedData {
    return [this.times.map((ms) => ms / 1000), ...this.series.map(({ values }) => [...values])];
  }

  #made(): uPlot {
    const text = (): string => this.#colour('.text-colour');
    const font = `11px ${getComputedStyle(this).fontFamily}`;
    const axis = {
      stroke: text,
      font,
      grid: { stroke: () => this.#colour('.grid-colour'), width: 1 },
      ticks: { show: false },
    };
    const options: uPlot.Options = {
      width: Math.max(120, Math.floor(this.stage.clientWidth)),
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 90,
          size: 24,
          values: (_plot, seconds) => seconds.map((at) => this.#clock(at * 1000)),
        },
        { ...axis, space: 28, size: AXIS_WIDTH_PX, values: (_plot, splits) => splits.map((value) => this.tell(value)) },
      ],
      series: [
        {},
        ...this.series.map(({ label }, index) => ({
          label,
          stroke: () => this.#colour(`.line-${index}`),
          width: 1.75,
          dash: [...(DASHES[index] ?? [])],
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [(plot) => (this.pointed = plot.cursor.idx ?? null)] },
    };
    return new uPlot(options, this.#data(), this.stage);
  }

  /** As the style sheets decide: light or dark, or what the system forces. */
  #colour(selector: string): string {
    const probe = this.renderRoot.querySelector(selector);
    return probe === null ? 'gray' : getComputedStyle(probe).color;
  }

  /** Seconds, where no more than some minutes are shown. */
  #clock(ms: number): string {
    const span = (this.times.at(-1) ?? 0) - (this.times[0] ?? 0);
    return span > SHORT_SPAN_MS ? this.format.clock(ms) : this.format.time(ms);
  }

  #told(value: number | null | undefined): string {
    return value === undefined || value === null ? '–' : this.tell(value);
  }

  #summary(): string {
    const { chart } = this.text;
    const told = this.series.map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      return chart.summary(
        label,
        this.#told(values.at(-1)),
        this.#told(known.length === 0 ? null : Math.max(...known)),
      );
    });
    return [this.label, ...told].join('. ');
  }

  #table(): TemplateResult {
    const first = Math.max(0, this.times.length - TABLE_ROWS);
    const rows = this.times.slice(first).map((ms, index) => ({ ms, at: first + index }));
    return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="name">
      <table>
        <thead>
          <tr>
            <th scope="col">${this.text.chart.time}</th>
            ${this.series.map(({ label }) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.toReversed().map(
            ({ ms, at }) =>
              html`<tr>
                <td>${this.format.time(ms)}</td>
                ${this.series.map(({ values }) => html`<td>${this.#told(values[at])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  readonly #redraw = (): void => {
    this.#plot?.redraw();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-chart': AdminChart;
  }
}
