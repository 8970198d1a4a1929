import type { PluginConfigSchema } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { deleteIcon, downIcon, upIcon } from '../../icons.ts';
import { pluginWords } from '../../strings/plugin-words.ts';
import { controls } from '../../styles/controls.styles.ts';
import { writtenText } from '../../styles/text.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../../voice-plugin-config/voice-plugin-config.ts';
import '../../voice-plugin-log/voice-plugin-log.ts';
import { styles as card } from '../../voice-plugin/voice-plugin.styles.ts';
import type { ConsentLine } from '../../voice-plugins/plugin-consents.ts';
import { iconOf } from '../../voice-plugins/plugin-icon.ts';
import { pluginParts } from '../../voice-plugins/plugin-parts.styles.ts';
import { aboutPlugin, mayList, partButton, signedBy, stepButton } from '../../voice-plugins/plugin-parts.ts';
import { AdminPage } from '../admin-page.ts';
import { apiErrorOf, take, type ApiError } from '../api/api-error.ts';
import type { Body, Plugin } from '../api/types.ts';
import { contractError, pluginProblem } from '../plugin-problem.ts';
import { rightsOf } from '../plugin-rights.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-plugin.styles.ts';

type Part = 'settings' | 'about' | 'log';
type PartClient = HTMLElementTagNameMap['voice-plugin-config']['client'] &
  HTMLElementTagNameMap['voice-plugin-log']['client'];

/**
 * One plugin of the server: what it is and does, its switches, figures, settings and log, its place among the others, and its end.
 *
 * @customElement admin-plugin
 */
@define('admin-plugin')
export class AdminPlugin extends AdminPage {
  static override styles = [theme, controls, writtenText, parts, pluginParts, card, styles];

  @property({ attribute: false }) plugin!: Plugin;
  /** It is the very package that comes with the server. */
  @property({ type: Boolean }) withServer = false;
  /** A newer version that comes with the server. */
  @property({ attribute: false }) newer: string | null = null;
  /** Its place among all, from 0, and how many these are. */
  @property({ attribute: false }) index = 0;
  @property({ attribute: false }) count = 1;
  /** Called to put it at another place. */
  @property({ attribute: false }) onMove: ((index: number) => void) | null = null;
  /** Called to install the newer version. */
  @property({ attribute: false }) onUpdate: (() => void) | null = null;
  /** Called when the server has it otherwise; resolves when that is shown. */
  @property({ attribute: false }) reload: () => Promise<void> = () => Promise.resolve();

  @state() private opened: Part | null = null;
  @state() private readme = '';

  /** What the parts of the room ask their client for. */
  readonly #client: NonNullable<PartClient> = {
    configurePlugin: (id, config) =>
      contracted(async () => {
        await take(this.api.PATCH('/api/plugins/{id}', { params: { path: { id } }, body: { config: { ...config } } }));
        await this.reload();
        await this.updateComplete;
      }),
    pluginLog: (id) =>
      contracted(async () => {
        const { items } = await take(this.api.GET('/api/plugins/{id}/log', { params: { path: { id } } }));
        return items.map(({ time: timeMs, level, text }) => ({ timeMs, level, text }));
      }),
  };

  protected override sentence(error: ApiError): string {
    return pluginProblem(this.text, error);
  }

  protected override render(): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins } = this.text;
    const { name, version, author, publisher, icon, targets } = this.plugin;
    const origin = this.withServer ? plugins.withServer : signedBy(words, publisher ?? undefined);
    return html`<article aria-labelledby="name">
      <div class="head">
        ${iconOf(icon)}
        <div class="who">
          <h3 class="name">
            <bdi id="name">${name}</bdi>
            <span class="version">${version}</span>
            ${targets.map((target) => html`<span class="badge">${plugins.kinds[target]}</span>`)}
          </h3>
          <p class="by"><bdi>${words.by(author)}</bdi> · ${origin}</p>
        </div>
        ${this.#switches()}
      </div>
      ${this.#status()} ${this.#figures()}
      ${
        this.newer === null
          ? nothing
          : html`<div class="update">
              <span>${words.updateAvailable(this.newer)}</span>
              <button class="button small" id="update" @click=${() => this.onUpdate?.()}>${words.update}</button>
            </div>`
      }
      ${this.#buttons()} ${this.#part()}
    </article>`;
  }

  #switches(): TemplateResult {
    const { plugins } = this.text;
    const { targets, enabled, offered } = this.plugin;
    const toggle = (
      id: string,
      label: string,
      on: boolean,
      change: Body<'/api/plugins/{id}', 'patch'>,
    ): TemplateResult =>
      html`<label class="toggle"
        ><button
          class="switch"
          id=${id}
          role="switch"
          aria-checked=${on ? 'true' : 'false'}
          aria-labelledby="${id}-label name"
          @click=${() => void this.#change(id, change)}
        ></button
        ><span id="${id}-label">${label}</span></label
      >`;
    return html`<div class="switches">
      ${targets.includes('server') ? toggle('run', plugins.runs, enabled, { enabled: !enabled }) : nothing}
      ${targets.includes('client') ? toggle('offer', plugins.offered, offered, { offered: !offered }) : nothing}
    </div>`;
  }

  #status(): TemplateResult {
    const words = pluginWords(this.text);
    const { status, targets, offered, id, name } = this.plugin;
    const { plugins } = this.text;
    if (!targets.includes('server')) {
      return html`<div class="status ${offered ? 'running' : 'off'}">
        <p class="words">${offered ? plugins.isOffered : plugins.isNotOffered}</p>
      </div>`;
    }
    const again = (): Promise<unknown> =>
      take(this.api.POST('/api/plugins/{id}/restart', { params: { path: { id } } }));
    return html`<div class="status ${status.kind}">
      <p class="words">${this.#statusWords()}</p>
      ${
        status.kind === 'stopped'
          ? html`<button
              class="button small"
              id="start"
              @click=${() => void this.#actAndReload('start', again, plugins.started(name))}
            >
              ${words.startAgain}
            </button>`
          : nothing
      }
    </div>`;
  }

  #statusWords(): string {
    const words = pluginWords(this.text);
    const { kind, problem } = this.plugin.status;
    if (kind !== 'restarting' && kind !== 'stopped') return words[kind];
    return words[kind](problem === null ? '' : pluginProblem(this.text, { ...problem, field: undefined })).trim();
  }

  #figures(): TemplateResult | typeof nothing {
    const { plugins } = this.text;
    const { name, enabled, figures } = this.plugin;
    const { calls, faults, restarts, refused, meanUs, maxUs } = figures;
    if (!enabled && calls + faults + restarts === 0) return nothing;
    const count = (label: string, value: number, isBad = false): TemplateResult =>
      html`<div>
        <dt>${label}</dt>
        <dd class=${isBad && value > 0 ? 'high' : ''}>${this.format.number(value)}</dd>
      </div>`;
    const time = (label: string, us: number): TemplateResult =>
      html`<div>
        <dt>${label}</dt>
        <dd>${this.format.callTime(us)}</dd>
      </div>`;
    return html`<dl class="figures" aria-label=${plugins.figures(name)} title=${plugins.figures(name)}>
      ${count(plugins.calls, calls)} ${count(plugins.faults, faults, true)} ${count(plugins.restarts, restarts, true)}
      ${count(plugins.refused, refused, true)} ${time(plugins.mean, meanUs)} ${time(plugins.longest, maxUs)}
    </dl>`;
  }

  #buttons(): TemplateResult {
    const words = pluginWords(this.text);
    const { name, targets, configSchema } = this.plugin;
    const runsHere = targets.includes('server');
    const hasSettings = Object.keys(configSchema.properties).length > 0;
    const part = (which: Part, label: string, full: string): TemplateResult =>
      partButton(which, { label, full, expanded: this.opened === which }, () => void this.#open(which));
    const step = (id: 'up' | 'down', label: string, icon: unknown, to: number): unknown =>
      this.count < 2
        ? nothing
        : stepButton(id, label, icon, to >= 0 && to < this.count ? () => this.onMove?.(to) : null);
    return html`<div class="buttons">
      ${runsHere && hasSettings ? part('settings', words.settings, words.settingsOf(name)) : nothing}
      ${part('about', words.about, words.aboutOf(name))}
      ${runsHere ? part('log', words.log, words.logOf(name)) : nothing}
      <span class="ends">
        ${step('up', words.moveUp(name), upIcon, this.index - 1)}
        ${step('down', words.moveDown(name), downIcon, this.index + 1)}
        <button
          class="icon-button"
          id="remove"
          aria-label=${words.remove(name)}
          title=${words.remove(name)}
          @click=${() => void this.#remove()}
        >
          ${deleteIcon}
        </button>
      </span>
    </div>`;
  }

  #part(): TemplateResult | typeof nothing {
    const { id, name, configSchema, config } = this.plugin;
    switch (this.opened) {
      case null:
        return nothing;
      case 'settings': {
        const manifest = { id, name, config: configSchema as PluginConfigSchema };
        return html`<div class="opened">
          <voice-plugin-config .client=${this.#client} .plugin=${{ manifest, config }}></voice-plugin-config>
        </div>`;
      }
      case 'log':
        return html`<div class="opened">
          <voice-plugin-log .client=${this.#client} .pluginId=${id} .name=${name}></voice-plugin-log>
        </div>`;
      case 'about':
        return html`<div class="opened">${this.#about()}</div>`;
    }
  }

  #about(): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins } = this.text;
    const { server, people } = rightsOf(this.text, this.plugin);
    const list = (id: string, heading: string, lines: readonly ConsentLine[]): unknown =>
      lines.length === 0
        ? nothing
        : html`<h5 id=${id}>${heading}</h5>
            ${mayList(words, lines, { labelledBy: id })}`;
    const may =
      server.length + people.length === 0
        ? html`<p class="hint">${words.nothingMore}</p>`
        : html`${list('in-server', plugins.mayInServer, server)} ${list('with-people', plugins.mayWithPeople, people)}`;
    return aboutPlugin(words, { ...this.plugin, readme: this.readme }, may);
  }

  async #open(which: Part): Promise<void> {
    this.opened = this.opened === which ? null : which;
    if (this.opened !== 'about') return;
    const params = { path: { id: this.plugin.id } };
    await this.act('about', async () => {
      this.readme = (await take(this.api.GET('/api/plugins/{id}/readme', { params }))).readme;
    });
  }

  async #change(name: string, body: Body<'/api/plugins/{id}', 'patch'>): Promise<void> {
    const params = { path: { id: this.plugin.id } };
    await this.#actAndReload(name, () => take(this.api.PATCH('/api/plugins/{id}', { params, body })));
  }

  async #remove(): Promise<void> {
    const { plugins } = this.text;
    const { id, name } = this.plugin;
    const action = pluginWords(this.text).removeButton;
    if (!(await this.ask({ title: plugins.removeTitle(name), text: plugins.removeText, action }))) return;
    const params = { path: { id } };
    await this.#actAndReload(
      'remove',
      () => take(this.api.DELETE('/api/plugins/{id}', { params })),
      plugins.removed(name),
    );
  }

  async #actAndReload(name: string, work: () => Promise<unknown>, done?: string): Promise<void> {
    if (this.busy !== '') return;
    await this.act(name, work, done);
    await this.reload();
  }
}

async function contracted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw contractError(apiErrorOf(error));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-plugin': AdminPlugin;
  }
}
