import type { PluginState, PluginStatus, Problem, VoiceClientApi } from '@switchboard/client';
import { consentsOf, type PluginOffer } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { deleteIcon, downIcon, upIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import type { PluginStrings } from '../strings/plugin-strings.ts';
import { pluginSentence, pluginWords } from '../strings/plugin-words.ts';
import { controls } from '../styles/controls.styles.ts';
import { writtenText } from '../styles/text.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-plugin-config/voice-plugin-config.ts';
import '../voice-plugin-log/voice-plugin-log.ts';
import { consentLines } from '../voice-plugins/plugin-consents.ts';
import { iconOf } from '../voice-plugins/plugin-icon.ts';
import { pluginParts } from '../voice-plugins/plugin-parts.styles.ts';
import { aboutPlugin, callTime, mayList, partButton, signedBy, stepButton } from '../voice-plugins/plugin-parts.ts';
import { styles } from './voice-plugin.styles.ts';

type Part = 'settings' | 'about' | 'log';

/**
 * One installed plugin: what it is and does, its switch, its settings, its log, its place among the others, and its end.
 *
 * @customElement voice-plugin
 */
@define('voice-plugin')
export class VoicePlugin extends VoiceElement {
  static override styles = [theme, controls, writtenText, pluginParts, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) plugin: PluginState | null = null;
  /** A newer version that the server has. */
  @property({ attribute: false }) newer: PluginOffer | null = null;
  /** Its place among all, from 0, and how many these are. */
  @property({ attribute: false }) index = 0;
  @property({ attribute: false }) count = 1;
  /** Called to put it at another place. */
  @property({ attribute: false }) onMove: ((index: number) => void) | null = null;
  /** Called to install the newer version. */
  @property({ attribute: false }) onUpdate: ((offer: PluginOffer) => void) | null = null;

  @state() private opened: Part | null = null;
  @state() private asks = false;
  @state() private problem: Problem | null = null;
  @state() private readme = '';

  protected override render(): TemplateResult | typeof nothing {
    const { plugin } = this;
    if (plugin === null) return nothing;
    const words = pluginWords(this.text);
    const { manifest, enabled, icon } = plugin;
    return html`<article aria-labelledby="name">
      <div class="head">
        ${iconOf(icon)}
        <div class="who">
          <h4 class="name"><bdi id="name">${manifest.name}</bdi> <span class="version">${manifest.version}</span></h4>
          <p class="by"><bdi>${words.by(manifest.author)}</bdi> · ${signedBy(words, manifest.publisher)}</p>
        </div>
        <button
          class="switch"
          role="switch"
          aria-checked=${enabled ? 'true' : 'false'}
          aria-labelledby="name"
          @click=${() => this.#try(this.client?.setPluginEnabled(manifest.id, !enabled))}
        ></button>
      </div>
      ${this.#status(words, plugin)} ${this.#update(words)}
      <p class="problem" role="alert" ?hidden=${this.problem === null}>
        ${this.problem === null ? nothing : pluginSentence(this.text, this.problem)}
      </p>
      ${this.asks ? this.#question(words, plugin) : this.#buttons(words, plugin)} ${this.#opened(words, plugin)}
    </article>`;
  }

  #status(words: PluginStrings, { manifest, status, cost }: PluginState): TemplateResult {
    const stopped = status.kind === 'stopped';
    return html`<div class="status ${status.kind}">
      <p class="words">${this.#statusWords(words, status)}</p>
      ${
        cost === null
          ? nothing
          : html`<p class="cost" title=${words.costHint(callTime(this.locale, cost.maxUs))}>
              ${words.cost(callTime(this.locale, cost.meanUs), cost.missed)}
            </p>`
      }
      ${
        stopped
          ? html`<button
              class="button small"
              id="start"
              @click=${() => this.#try(this.client?.setPluginEnabled(manifest.id, true))}
            >
              ${words.startAgain}
            </button>`
          : nothing
      }
    </div>`;
  }

  #statusWords(words: PluginStrings, status: PluginStatus): string {
    switch (status.kind) {
      case 'off':
      case 'waiting':
      case 'starting':
      case 'running':
        return words[status.kind];
      case 'restarting':
      case 'stopped':
        return words[status.kind](pluginSentence(this.text, status.problem));
    }
  }

  #update(words: PluginStrings): TemplateResult | typeof nothing {
    const { newer } = this;
    if (newer === null) return nothing;
    return html`<div class="update">
      <span>${words.updateAvailable(newer.version)}</span>
      <button class="button small" id="update" @click=${() => this.onUpdate?.(newer)}>${words.update}</button>
    </div>`;
  }

  #buttons(words: PluginStrings, { manifest }: PluginState): TemplateResult {
    const { name } = manifest;
    const part = (which: Part, label: string, full: string): TemplateResult =>
      partButton(which, { label, full, expanded: this.opened === which }, () => this.#open(which));
    return html`<div class="buttons">
      ${
        Object.keys(manifest.config.properties).length === 0
          ? nothing
          : part('settings', words.settings, words.settingsOf(name))
      }
      ${part('about', words.about, words.aboutOf(name))} ${part('log', words.log, words.logOf(name))}
      <span class="ends">
        ${this.#step('up', words.moveUp(name), upIcon, this.index - 1)}
        ${this.#step('down', words.moveDown(name), downIcon, this.index + 1)}
        <button
          class="icon-button"
          id="remove"
          aria-label=${words.remove(name)}
          title=${words.remove(name)}
          @click=${this.#ask}
        >
          ${deleteIcon}
        </button>
      </span>
    </div>`;
  }

  #step(id: 'up' | 'down', label: string, icon: unknown, to: number): TemplateResult | typeof nothing {
    if (this.count < 2) return nothing;
    const possible = to >= 0 && to < this.count;
    return stepButton(id, label, icon, possible ? () => this.onMove?.(to) : null);
  }

  #question(words: PluginStrings, { manifest }: PluginState): TemplateResult {
    const question = words.removeQuestion(manifest.name);
    return html`<div class="buttons" role="group" aria-label=${question} @keydown=${this.#questionKey}>
      <span class="question">${question}</span>
      <button class="button small danger" id="confirm" @click=${() => this.#remove(manifest.id)}>
        ${words.removeButton}
      </button>
      <button class="button small" @click=${this.#keep}>${this.text.cancel}</button>
    </div>`;
  }

  #opened(words: PluginStrings, plugin: PluginState): TemplateResult | typeof nothing {
    const { client, opened } = this;
    const { id, name } = plugin.manifest;
    switch (opened) {
      case null:
        return nothing;
      case 'settings':
        return html`<div class="opened">
          <voice-plugin-config .client=${client} .plugin=${plugin}></voice-plugin-config>
        </div>`;
      case 'log':
        return html`<div class="opened">
          <voice-plugin-log .client=${client} .pluginId=${id} .name=${name}></voice-plugin-log>
        </div>`;
      case 'about':
        return html`<div class="opened">${this.#about(words, plugin)}</div>`;
    }
  }

  #about(words: PluginStrings, { manifest }: PluginState): TemplateResult {
    const lines = consentLines(words, consentsOf(manifest));
    const { description, homepage, commands, licence } = manifest;
    const may =
      lines.length === 0
        ? html`<p class="hint">${words.nothingMore}</p>`
        : html`<h5 id="may">${words.mayDo}</h5>
            ${mayList(words, lines, { labelledBy: 'may' })}`;
    return aboutPlugin(words, { description, homepage, commands, licence, readme: this.readme }, may);
  }

  #open(which: Part): void {
    this.opened = this.opened === which ? null : which;
    const id = this.plugin?.manifest.id;
    if (this.opened !== 'about' || id === undefined) return;
    this.#try(
      this.client?.pluginReadme(id).then((readme) => {
        this.readme = readme;
      }),
    );
  }

  readonly #ask = async (): Promise<void> => {
    this.opened = null;
    this.asks = true;
    await this.#focus('#confirm');
  };

  readonly #keep = async (): Promise<void> => {
    this.asks = false;
    await this.#focus('#remove');
  };

  readonly #questionKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    void this.#keep();
  };

  #remove(id: string): void {
    this.#try(this.client?.removePlugin(id), this.#keep);
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  #try(action: Promise<void> | undefined, failed?: () => unknown): void {
    this.problem = null;
    action?.catch((error: unknown) => {
      this.problem = problemOf(error);
      failed?.();
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-plugin': VoicePlugin;
  }
}
