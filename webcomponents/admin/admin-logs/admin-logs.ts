import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { LogLine } from '../api/types.ts';
import { selectField } from '../parts/fields.ts';
import { emptyState } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const EVERY_MS = 3_000;
const NEAR_END_PX = 40;

const styles = css`
  .lines {
    max-height: calc(100dvh - 260px);
    min-height: 240px;
    margin: 0;
    padding: 8px 0;
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg-side);
    font: 12px/18px var(--_mono);
  }

  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li {
    padding: 1px 12px;
    overflow-wrap: anywhere;
  }

  .said {
    white-space: pre-wrap;
  }

  .time,
  .context {
    color: var(--_text-2);
  }

  .error {
    font: inherit;
  }

  .warn .level {
    color: var(--_warning);
  }

  .error .level {
    color: var(--_danger);
  }
`;

/**
 * What the server wrote last.
 *
 * @customElement admin-logs
 */
@define('admin-logs')
export class AdminLogs extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  @state() private level: LogLine['level'] = 'log';
  readonly #lines = new Resource(
    this,
    () => take(this.api.GET('/api/logs', { params: { query: { level: this.level } } })),
    EVERY_MS,
  );
  #wasAtEnd = true;

  protected override render(): TemplateResult {
    const { logs, shell } = this.text;
    return html`${this.header(shell.logs, logs.intro)}
      <div class="toolbar">
        ${selectField('level', logs.level, this.level, Object.entries(logs.levels), (level) => {
          this.level = level as LogLine['level'];
          void this.#lines.reload();
        })}
        <span class="hint">${logs.follow}</span>
      </div>
      ${this.loaded(this.#lines, ({ items }) =>
        items.length === 0
          ? emptyState(logs.empty, logs.emptyText)
          : html`<div class="lines" role="log" aria-live="off" tabindex="0" aria-label=${logs.lines}>
              <ul>
                ${items.map((line) => this.#line(line))}
              </ul>
            </div>`,
      )}`;
  }

  protected override willUpdate(): void {
    const list = this.#list();
    this.#wasAtEnd = list === null || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const list = this.#list();
    if (list !== null && this.#wasAtEnd) list.scrollTop = list.scrollHeight;
  }

  #line({ time, level, context, message, stack }: LogLine): TemplateResult {
    const said = stack === undefined || stack === '' ? message : `${message}\n${stack}`;
    return html`<li class=${level}>
      <span class="time">${this.format.time(time)}</span> <span class="level">${this.text.logs.levelOf[level]}</span>
      <span class="context">${context}</span> <span class="said">${said}</span>
    </li>`;
  }

  #list(): HTMLElement | null {
    return this.hasUpdated ? this.renderRoot.querySelector('.lines') : null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-logs': AdminLogs;
  }
}
