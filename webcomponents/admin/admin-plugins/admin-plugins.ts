import { compareVersions } from '@switchboard/client/plugins/update';
import { ERROR_SENTENCES, MAX_PLUGIN_PACKAGE_BYTES } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { checkIcon } from '../../icons.ts';
import { pluginWords } from '../../strings/plugin-words.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { FileDrop } from '../../voice-plugins/file-drop.ts';
import { iconOf } from '../../voice-plugins/plugin-icon.ts';
import { pluginParts } from '../../voice-plugins/plugin-parts.styles.ts';
import { styles as pane } from '../../voice-plugins/voice-plugins.styles.ts';
import '../admin-plugin-consent/admin-plugin-consent.ts';
import type { AdminPluginConsent, Candidate } from '../admin-plugin-consent/admin-plugin-consent.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-plugin/admin-plugin.ts';
import { ApiError, take } from '../api/api-error.ts';
import type { Plugin, PluginInspection } from '../api/types.ts';
import { plusIcon } from '../icons.ts';
import { button, emptyState } from '../parts/signs.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-plugins.styles.ts';

const EVERY_MS = 2_000;

/**
 * The server's plugins in the order in which they are asked, those that come with it, and the way to install one from a file.
 *
 * @customElement admin-plugins
 */
@define('admin-plugins')
export class AdminPlugins extends AdminPage {
  static override styles = [theme, controls, parts, pluginParts, pane, page, styles];

  /** For who cannot see that something has moved. */
  @state() private said = '';
  @query('admin-plugin-consent') private readonly consent!: AdminPluginConsent;
  @query('input[type=file]') private readonly file!: HTMLInputElement;
  readonly #plugins = new Resource(this, async () => (await take(this.api.GET('/api/plugins'))).items, EVERY_MS);
  readonly #bundled = new Resource(this, async () => (await take(this.api.GET('/api/plugins/available'))).items);
  readonly #drop = new FileDrop(this, (file) => void this.#read(file));

  protected override sentence(error: ApiError): string {
    return pluginProblem(this.text, error);
  }

  protected override render(): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins, shell } = this.text;
    return html`${this.header(shell.plugins, plugins.intro, this.#actions())}
      <input type="file" accept=".zip,application/zip" hidden aria-label=${words.installFile} @change=${this.#picked} />
      <div class="pane" @dragover=${this.#drop.over} @dragleave=${this.#drop.left} @drop=${this.#drop.dropped}>
        ${this.formProblem()} ${this.loaded(this.#plugins, (list) => this.#installed(list))}
        ${this.loaded(this.#bundled, (list) => (list.length === 0 ? nothing : this.#offers(list)))}
        ${this.#drop.dropping ? html`<div class="drop" aria-hidden="true">${words.dropHere}</div>` : nothing}
      </div>
      <span class="sr-only" role="status">${this.said}</span>
      <admin-plugin-consent .session=${this.session} @admin-changed=${this.#reload}></admin-plugin-consent>`;
  }

  #actions(): TemplateResult {
    const words = pluginWords(this.text);
    const isBusy = this.busy === 'file';
    return html`<a class="button link" href="../plugins">${this.text.plugins.catalogue}</a> ${button(
        isBusy ? words.checking : words.installFile,
        () => this.file.click(),
        {
          kind: 'primary',
          icon: plusIcon,
          busy: isBusy,
        },
      )}`;
  }

  #installed(list: readonly Plugin[]): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins } = this.text;
    if (list.length === 0) return emptyState(plugins.empty, plugins.emptyText);
    return html`<section aria-labelledby="installed">
      <div class="heading">
        <h2 id="installed">${words.installed}</h2>
        ${list.length > 1 ? html`<p class="hint">${plugins.orderHint}</p>` : nothing}
      </div>
      <ol>
        ${repeat(
          list,
          ({ id }) => id,
          (plugin, index) => {
            const newer = this.#newer(plugin);
            return html`<li>
              <admin-plugin
                data-id=${plugin.id}
                .session=${this.session}
                .plugin=${plugin}
                .withServer=${this.#bundled.value?.some(({ packageSha256 }) => packageSha256 === plugin.packageSha256) ?? false}
                .newer=${newer?.version ?? null}
                .index=${index}
                .count=${list.length}
                .onMove=${(to: number) => void this.#move(list, index, to)}
                .onUpdate=${() => (newer === undefined ? undefined : this.#ask({ inspection: newer, file: null }))}
                .reload=${this.#reload}
              ></admin-plugin>
            </li>`;
          },
        )}
      </ol>
    </section>`;
  }

  #offers(list: readonly PluginInspection[]): TemplateResult {
    const { plugins } = this.text;
    return html`<section aria-labelledby="bundled">
      <div class="heading">
        <h2 id="bundled">${plugins.bundled}</h2>
        <p class="hint">${plugins.bundledHint}</p>
      </div>
      <ul class="offers">
        ${list.map((inspection) => this.#offer(inspection))}
      </ul>
    </section>`;
  }

  #offer(inspection: PluginInspection): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins } = this.text;
    const { id, name, version, author, description, icon, targets } = inspection;
    const installed = this.#plugins.value?.find((plugin) => plugin.id === id);
    const isCurrent = installed !== undefined && compareVersions(version, installed.version) <= 0;
    const label = installed === undefined ? words.install : words.updateTo(version);
    return html`<li class="offer" data-id=${id}>
      ${iconOf(icon)}
      <div class="who">
        <h3 class="name">
          <bdi>${name}</bdi>
          <span class="version">${version}</span>
          ${targets.map((target) => html`<span class="badge">${plugins.kinds[target]}</span>`)}
        </h3>
        <p class="by"><bdi>${words.by(author)}</bdi></p>
        <p class="description" dir="auto">${description}</p>
      </div>
      ${
        isCurrent
          ? html`<span class="installed">${checkIcon}${words.isInstalled}</span>`
          : html`<button
              class="button"
              aria-label=${`${label}: ${name}`}
              @click=${() => this.#ask({ inspection, file: null })}
            >
              ${label}
            </button>`
      }
    </li>`;
  }

  #newer({ id, version }: Plugin): PluginInspection | undefined {
    return this.#bundled.value?.find((other) => other.id === id && compareVersions(other.version, version) > 0);
  }

  #ask(candidate: Candidate): void {
    this.problem = null;
    this.consent.show(candidate);
  }

  readonly #reload = async (): Promise<void> => {
    await Promise.all([this.#plugins.reload(), this.#bundled.reload()]);
    await this.updateComplete;
  };

  async #move(list: readonly Plugin[], from: number, to: number): Promise<void> {
    const moved = list[from];
    if (moved === undefined || this.busy !== '') return;
    const others = list.filter((plugin) => plugin !== moved);
    const ids = others.toSpliced(to, 0, moved).map(({ id }) => id);
    if (!(await this.act('order', () => take(this.api.PUT('/api/plugins/order', { body: { ids } }))))) return;
    await this.#plugins.reload();
    this.said = pluginWords(this.text).moved(moved.name, to + 1, list.length);
    await this.updateComplete;
    // What is put elsewhere in the document loses the focus.
    const card = this.renderRoot.querySelector(`admin-plugin[data-id="${CSS.escape(moved.id)}"]`);
    card?.shadowRoot?.querySelector<HTMLElement>(to < from ? '#up' : '#down')?.focus();
  }

  readonly #picked = (): void => {
    const [file] = this.file.files ?? [];
    if (file !== undefined) void this.#read(file);
    // The same file can be chosen again, once it is mended.
    this.file.value = '';
  };

  async #read(file: File): Promise<void> {
    if (this.busy !== '') return;
    let candidate: Candidate | undefined;
    const work = async (): Promise<void> => {
      const bytes = await contentOf(file);
      const headers = { 'content-type': 'application/zip' };
      const response = await this.session.raw('/api/plugins/inspect', { method: 'POST', headers, body: bytes });
      candidate = { inspection: (await response.json()) as PluginInspection, file: bytes };
    };
    if ((await this.submit('file', work)) && candidate !== undefined) this.#ask(candidate);
  }
}

/** @throws ApiError where it is too large, or cannot be read */
async function contentOf(file: File): Promise<ArrayBuffer> {
  const fail = (code: keyof typeof ERROR_SENTENCES): ApiError => new ApiError(code, ERROR_SENTENCES[code], 0);
  if (file.size > MAX_PLUGIN_PACKAGE_BYTES) throw fail('plugin.package_too_large');
  try {
    return await file.arrayBuffer();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw fail('client.file_unreadable');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-plugins': AdminPlugins;
  }
}
