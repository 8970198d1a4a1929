import type { ClientState, PluginState, Problem, VoiceClientApi } from '@switchboard/client';
import { compareVersions } from '@switchboard/client/plugins/update';
import { MAX_PLUGIN_PACKAGE_BYTES, SwitchboardError, type PluginOffer } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ClientController } from '../client-controller.ts';
import { checkIcon, pluginIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import type { PluginStrings } from '../strings/plugin-strings.ts';
import { pluginSentence, pluginWords } from '../strings/plugin-words.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import type { Candidate, VoicePluginConsent } from '../voice-plugin-consent/voice-plugin-consent.ts';
import '../voice-plugin-consent/voice-plugin-consent.ts';
import '../voice-plugin/voice-plugin.ts';
import { FileDrop } from './file-drop.ts';
import { pluginParts } from './plugin-parts.styles.ts';
import { styles } from './voice-plugins.styles.ts';

/** What is being fetched and looked at: the id of an offer, or a file. */
type Busy = { readonly offer: string } | 'file';

/**
 * One's plugins, in the order in which sound and messages pass through them, what the server offers, and the way to install from a file. Loaded
 * when it is first needed.
 *
 * @customElement voice-plugins
 */
@define('voice-plugins')
export class VoicePlugins extends VoiceElement {
  static override styles = [theme, controls, pluginParts, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private problem: Problem | null = null;
  @state() private busy: Busy | null = null;
  /** For who cannot see that something has moved. */
  @state() private said = '';
  @query('voice-plugin-consent') private readonly consent!: VoicePluginConsent;
  @query('input[type=file]') private readonly file!: HTMLInputElement;
  readonly #client = new ClientController(this, ['plugins', 'pluginOffers']);
  readonly #drop = new FileDrop(this, (file) => this.#read(file));

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const words = pluginWords(this.text);
    return html`<div
        class="pane ${this.#drop.dropping ? 'dropping' : ''}"
        @dragover=${this.#drop.over}
        @dragleave=${this.#drop.left}
        @drop=${this.#drop.dropped}
      >
        <p class="problem" role="alert" ?hidden=${this.problem === null}>
          ${this.problem === null ? nothing : pluginSentence(this.text, this.problem)}
        </p>
        ${this.#installed(words, current)} ${this.#offers(words, current)}
        <div class="file">
          <button
            class="button"
            id="install-file"
            aria-disabled=${this.busy === null ? 'false' : 'true'}
            @click=${() => this.file.click()}
          >
            ${this.busy === 'file' ? words.checking : words.installFile}
          </button>
          <input
            type="file"
            accept=".zip,application/zip"
            hidden
            aria-label=${words.installFile}
            @change=${this.#picked}
          />
        </div>
        ${this.#drop.dropping ? html`<div class="drop" aria-hidden="true">${words.dropHere}</div>` : nothing}
        <span class="sr-only" role="status">${this.said}</span>
      </div>
      <voice-plugin-consent .client=${this.client}></voice-plugin-consent>`;
  }

  #installed(words: PluginStrings, { plugins, pluginOffers }: ClientState): TemplateResult {
    if (plugins.length === 0) {
      return html`<div class="empty">
        ${pluginIcon}
        <p>${words.empty}</p>
        ${pluginOffers.length === 0 ? html`<p class="hint">${words.emptyHow}</p>` : nothing}
      </div>`;
    }
    return html`<section aria-labelledby="installed">
      <h3 id="installed">${words.installed}</h3>
      ${plugins.length > 1 ? html`<p class="hint">${words.orderHint}</p>` : nothing}
      <ol>
        ${repeat(
          plugins,
          ({ manifest }) => manifest.id,
          (plugin, index) =>
            html`<li>
              <voice-plugin
                data-id=${plugin.manifest.id}
                .client=${this.client}
                .plugin=${plugin}
                .newer=${newerOffer(plugin, pluginOffers)}
                .index=${index}
                .count=${plugins.length}
                .onMove=${(to: number) => this.#move(words, plugin, to)}
                .onUpdate=${this.#fetch}
              ></voice-plugin>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  #offers(words: PluginStrings, { plugins, pluginOffers }: ClientState): TemplateResult | typeof nothing {
    if (pluginOffers.length === 0) return nothing;
    return html`<section aria-labelledby="offered">
      <h3 id="offered">${words.offered}</h3>
      <ul>
        ${pluginOffers.map((offer) => this.#offer(words, offer, plugins))}
      </ul>
    </section>`;
  }

  #offer(words: PluginStrings, offer: PluginOffer, plugins: readonly PluginState[]): TemplateResult {
    const installed = plugins.find(({ manifest }) => manifest.id === offer.id);
    const current = installed !== undefined && newerOffer(installed, [offer]) === null;
    const busy = typeof this.busy === 'object' && this.busy?.offer === offer.id;
    const label = installed === undefined ? words.install : words.updateTo(offer.version);
    return html`<li class="offer" data-id=${offer.id}>
      <div class="who">
        <p class="name"><bdi>${offer.name}</bdi> <span class="version">${offer.version}</span></p>
        <p class="by"><bdi>${words.by(offer.author)}</bdi></p>
        <p class="description" dir="auto">${offer.description}</p>
      </div>
      ${
        current
          ? html`<span class="installed">${checkIcon}${words.isInstalled}</span>`
          : html`<button
              class="button"
              aria-label=${`${label}: ${offer.name}`}
              aria-disabled=${this.busy === null ? 'false' : 'true'}
              @click=${() => this.#fetch(offer)}
            >
              ${busy ? words.checking : label}
            </button>`
      }
    </li>`;
  }

  #move(words: PluginStrings, { manifest }: PluginState, to: number): void {
    const count = this.#client.state?.plugins.length ?? 0;
    const button = to < (this.#placeOf(manifest.id) ?? 0) ? '#up' : '#down';
    const moved = async (): Promise<void> => {
      await this.client?.movePlugin(manifest.id, to);
      this.said = words.moved(manifest.name, to + 1, count);
      await this.updateComplete;
      // What is put elsewhere in the document loses the focus.
      const plugin = this.renderRoot.querySelector(`voice-plugin[data-id="${CSS.escape(manifest.id)}"]`);
      plugin?.shadowRoot?.querySelector<HTMLElement>(button)?.focus();
    };
    this.#try(moved());
  }

  #placeOf(id: string): number | undefined {
    return this.#client.state?.plugins.findIndex(({ manifest }) => manifest.id === id);
  }

  readonly #fetch = (offer: PluginOffer): void => {
    void this.#look({ offer: offer.id }, 'server', async (client) => client.fetchPlugin(offer.id));
  };

  #read(file: File): void {
    void this.#look('file', 'file', async () => {
      if (file.size > MAX_PLUGIN_PACKAGE_BYTES) throw new SwitchboardError('plugin.package_too_large');
      try {
        return new Uint8Array(await file.arrayBuffer());
      } catch (cause) {
        throw new SwitchboardError('client.file_unreadable', undefined, { cause });
      }
    });
  }

  async #look(
    busy: Busy,
    origin: Candidate['origin'],
    bring: (client: VoiceClientApi) => Promise<Uint8Array>,
  ): Promise<void> {
    const { client } = this;
    if (client === null || this.busy !== null) return;
    this.busy = busy;
    this.problem = null;
    try {
      const bytes = await bring(client);
      const inspection = await client.inspectPlugin(bytes);
      await this.consent.ask({ bytes, origin, inspection });
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.busy = null;
    }
  }

  readonly #picked = (): void => {
    const [file] = this.file.files ?? [];
    if (file !== undefined) this.#read(file);
    // The same file can be chosen again, once it is mended.
    this.file.value = '';
  };

  #try(action: Promise<void>): void {
    this.problem = null;
    action.catch((error: unknown) => {
      this.problem = problemOf(error);
    });
  }
}

/** What the server has of a plugin, if that is a newer version, or another package of the same. */
function newerOffer({ manifest, packageSha256 }: PluginState, offers: readonly PluginOffer[]): PluginOffer | null {
  const offer = offers.find(({ id }) => id === manifest.id);
  if (offer === undefined) return null;
  const order = compareVersions(offer.version, manifest.version);
  return order > 0 || (order === 0 && offer.packageSha256 !== packageSha256) ? offer : null;
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-plugins': VoicePlugins;
  }
}
