import type { PluginLogLine, Problem, VoiceClientApi } from '@switchboard/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { problemOf } from '../problem.ts';
import { pluginSentence, pluginWords } from '../strings/plugin-words.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-plugin-log.styles.ts';

const REFRESH_MS = 2_000;

/**
 * What a plugin has logged, oldest first; it is read anew while it shows.
 *
 * @customElement voice-plugin-log
 */
@define('voice-plugin-log')
export class VoicePluginLog extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: Pick<VoiceClientApi, 'pluginLog'> | null = null;
  @property({ attribute: false }) pluginId = '';
  @property({ attribute: false }) name = '';

  @state() private lines: readonly PluginLogLine[] | null = null;
  @state() private problem: Problem | null = null;
  @query('ol') private readonly list!: HTMLElement | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts up with each reading; one that has been overtaken says nothing. */
  #reading = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#read();
  }

  override disconnectedCallback(): void {
    this.#reading++;
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    void this.#read();
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = pluginWords(this.text);
    if (this.problem !== null) return html`<p class="hint">${pluginSentence(this.text, this.problem)}</p>`;
    if (this.lines === null) return nothing;
    if (this.lines.length === 0) return html`<p class="hint">${words.logEmpty}</p>`;
    const clock = new Intl.DateTimeFormat(this.locale, { timeStyle: 'medium' });
    return html`<ol tabindex="0" aria-label=${words.logOf(this.name)}>
      ${this.lines.map(
        ({ timeMs, level, text }) =>
          html`<li class=${level}>
            <time datetime=${new Date(timeMs).toISOString()}>${clock.format(timeMs)}</time>
            <span class="level">${words.levels[level]}</span>
            <span class="text" dir="auto">${text}</span>
          </li>`,
      )}
    </ol>`;
  }

  protected override updated(changed: PropertyValues): void {
    // The newest is at the end.
    if (changed.has('lines') && this.list !== null) this.list.scrollTop = this.list.scrollHeight;
  }

  async #read(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const lines = (await this.client?.pluginLog(this.pluginId)) ?? [];
      if (reading !== this.#reading) return;
      // Where nothing was added, one may be reading further up.
      if (
        this.lines === null ||
        lines.at(-1)?.timeMs !== this.lines.at(-1)?.timeMs ||
        lines.length !== this.lines.length
      )
        this.lines = lines;
      this.problem = null;
    } catch (error) {
      if (reading !== this.#reading) return;
      this.problem = problemOf(error);
    }
    this.#timer = setTimeout(() => void this.#read(), REFRESH_MS);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-plugin-log': VoicePluginLog;
  }
}
