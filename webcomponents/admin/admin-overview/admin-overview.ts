import { css, html, nothing, type TemplateResult } from 'lit';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-chart/admin-chart.ts';
import type { ChartSeries } from '../admin-chart/admin-chart.ts';
import '../admin-notice/admin-notice.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-table/admin-table.ts';
import { columns } from '../admin-table/admin-table.ts';
import { take } from '../api/api-error.ts';
import type { Stats, StatsHistory } from '../api/types.ts';
import { warningIcon } from '../../icons.ts';
import { emptyState, retryAction } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const EVERY_MS = 2_000;
/** The server takes a sample each 5 s. */
const HISTORY_EVERY_MS = 5_000;
const MINUTES = 15;

type Drop = readonly [string, number];

const styles = css`
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr));
    gap: 1px;
    margin: 0;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_border);
  }

  .figures > div {
    display: grid;
    align-content: start;
    gap: 2px;
    padding: 12px 16px;
    background: var(--_bg);
  }

  dt {
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 500;
  }

  dd {
    margin: 0;
  }

  dd.figure {
    font-size: 22px;
    font-weight: 650;
    font-variant-numeric: tabular-nums;
    line-height: 28px;
    letter-spacing: -0.01em;
  }

  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr));
    gap: 16px;
  }

  .stale .figures,
  .stale .charts {
    opacity: 0.55;
  }

  .body {
    display: grid;
    gap: 20px;
    grid-template-columns: minmax(0, 1fr);
  }
`;

/**
 * What the server is doing: figures of this moment and of the last minutes.
 *
 * @customElement admin-overview
 */
@define('admin-overview')
export class AdminOverview extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  readonly #stats = new Resource<Stats>(this, () => take(this.api.GET('/api/stats')), EVERY_MS);
  readonly #history = new Resource<StatsHistory>(
    this,
    () => take(this.api.GET('/api/stats/history', { params: { query: { minutes: MINUTES } } })),
    HISTORY_EVERY_MS,
  );

  protected override render(): TemplateResult {
    const { overview, shell } = this.text;
    const { value, problem } = this.#stats;
    const tell = html`<admin-notice .session=${this.session}></admin-notice>`;
    return html`${this.header(shell.overview, overview.intro, tell)}
    ${value === undefined ? this.loaded(this.#stats, () => nothing) : this.#body(value, problem !== null)}`;
  }

  #body(stats: Stats, isStale: boolean): TemplateResult {
    const { overview, common } = this.text;
    return html`<div class="body ${isStale ? 'stale' : ''}">
      ${
        isStale
          ? html`<div class="notice failed" role="alert">
              ${warningIcon}<span class="words">${overview.stale}</span>
              ${retryAction(common.tryAgain, () => void this.#stats.reload())}
            </div>`
          : nothing
      }
      ${this.#figures(stats)} ${stats.people === 0 ? emptyState(overview.quiet, overview.quietText) : nothing}
      ${this.#history.value === undefined ? nothing : this.#charts(this.#history.value)} ${this.#drops(stats)}
    </div>`;
  }

  #figures(stats: Stats): TemplateResult {
    const { overview } = this.text;
    const { format } = this;
    const figure = (name: string, value: string, more: string): TemplateResult =>
      html`<div>
        <dt>${name}</dt>
        <dd class="figure">${value}</dd>
        <dd class="hint">${more}</dd>
      </div>`;
    return html`<dl class="figures" aria-label=${overview.now}>
      ${figure(overview.people, format.number(stats.people), overview.peopleText(stats.inRooms, stats.speaking))}
      ${figure(
        overview.packets,
        overview.perSecond(format.number(stats.packetsOutPerS)),
        overview.packetsText(format.number(stats.packetsInPerS)),
      )}
      ${figure(overview.bandwidth, format.bitrate(stats.bytesPerS), overview.bandwidthText)}
      ${
        stats.lossPct === null
          ? figure(overview.loss, '–', overview.noLoss)
          : figure(overview.loss, format.percent(stats.lossPct), overview.lossText)
      }
      ${figure(overview.cpu, format.percent(stats.cpuPct), overview.memory(format.bytes(stats.rssBytes)))}
      ${figure(
        overview.delay,
        format.milliseconds(stats.eventLoopDelayMs),
        `${overview.uptime(format.duration(stats.uptimeS))} · ${overview.version(stats.version)}`,
      )}
    </dl>`;
  }

  #charts(history: StatsHistory): TemplateResult {
    const { overview } = this.text;
    const { format } = this;
    const chart = (
      label: string,
      tell: (value: number) => string,
      ...series: readonly (readonly [string, ChartSeries['values']])[]
    ): TemplateResult =>
      html`<admin-chart
        label=${label}
        .times=${history.at}
        .tell=${tell}
        .series=${series.map(([name, values]) => ({ label: name, values }))}
      ></admin-chart>`;
    const count = (value: number): string => format.number(value, value < 10 ? 1 : 0);
    const percent = (value: number): string => format.percent(value);
    return html`<div class="charts">
      ${chart(overview.people, count, [overview.inRooms, history.people])}
      ${chart(
        overview.packetsChart,
        count,
        [overview.packetsOut, history.packetsOutPerS],
        [overview.packetsIn, history.packetsInPerS],
      )}
      ${chart(overview.bandwidth, (value) => format.bitrate(value), [overview.bandwidth, history.bytesPerS])}
      ${chart(overview.cpu, percent, [overview.cpu, history.cpuPct])}
      ${chart(overview.loss, percent, [overview.loss, history.lossPct])}
      ${chart(overview.delay, (value) => format.milliseconds(value), [overview.delay, history.eventLoopDelayMs])}
      ${chart(overview.dropsChart, count, [overview.dropsLine, history.dropsPerS])}
    </div>`;
  }

  #drops({ dropsByReason }: Stats): TemplateResult {
    const { overview } = this.text;
    const drops = Object.entries(dropsByReason)
      .filter(([, count]) => count > 0)
      .sort(([, one], [, other]) => other - one);
    return html`<section class="card" aria-labelledby="drops">
      <h2 id="drops">${overview.drops}</h2>
      ${
        drops.length === 0
          ? html`<p class="muted">${overview.noDrops}</p>`
          : html`<admin-table
              label=${overview.drops}
              .columns=${columns<Drop>([
                { label: overview.dropReason, cell: ([reason]) => html`<code class="mono">${reason}</code>` },
                { label: overview.dropCount, kind: 'end', cell: ([, count]) => this.format.number(count) },
              ])}
              .rows=${drops}
              .key=${([reason]: Drop) => reason}
            ></admin-table>`
      }
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-overview': AdminOverview;
  }
}
