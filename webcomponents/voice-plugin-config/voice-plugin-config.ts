import type { Problem, VoiceClientApi } from '@switchboard/client';
import type { PluginConfig, PluginConfigProperty, PluginConfigValue, PluginManifest } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { problemOf } from '../problem.ts';
import { pluginSentence, pluginWords } from '../strings/plugin-words.ts';
import { controls } from '../styles/controls.styles.ts';
import { form } from '../styles/form.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { readValue } from './config-faults.ts';
import { styles } from './voice-plugin-config.styles.ts';

type NumberProperty = Extract<PluginConfigProperty, { readonly type: 'integer' | 'number' }>;
type TextProperty = Extract<PluginConfigProperty, { readonly type: 'string' }>;

/** What of a plugin the form is made of. */
export interface ConfiguredPlugin {
  readonly manifest: Pick<PluginManifest, 'id' | 'name' | 'config'>;
  readonly config: PluginConfig;
}

/** More whole numbers than this are better written than drawn. */
const SLIDER_STEPS = 1_000;

/**
 * The settings of a plugin, as its manifest describes them. Each takes effect at once; what is wrong stays in its field, with why.
 *
 * @customElement voice-plugin-config
 */
@define('voice-plugin-config')
export class VoicePluginConfig extends VoiceElement {
  static override styles = [theme, controls, form, styles];

  @property({ attribute: false }) client: Pick<VoiceClientApi, 'configurePlugin'> | null = null;
  @property({ attribute: false }) plugin: ConfiguredPlugin | null = null;

  /** What was written and is not kept yet, by the name of the setting. */
  @state() private written: ReadonlyMap<string, string> = new Map();
  @state() private faults: ReadonlyMap<string, string> = new Map();
  @state() private problem: Problem | null = null;
  /** What is being typed, by the name of the setting: it is looked at when the field is left, and stays when something else is shown anew. */
  readonly #typed = new Map<string, string>();
  #saving = false;
  #again = false;

  protected override render(): TemplateResult | typeof nothing {
    const { plugin } = this;
    if (plugin === null) return nothing;
    const words = pluginWords(this.text);
    const settings = Object.entries(plugin.manifest.config.properties);
    const changed = settings.some(([name, wanted]) => this.#shown(name) !== String(wanted.default));
    return html`<div class="form" role="group" aria-label=${words.settingsOf(plugin.manifest.name)}>
      ${settings.map(([name, wanted]) => this.#field(name, wanted))}
      <p class="wrong" role="alert" ?hidden=${this.problem === null}>
        ${this.problem === null ? nothing : pluginSentence(this.text, this.problem)}
      </p>
      ${changed ? html`<button class="button" @click=${this.#reset}>${words.defaults}</button>` : nothing}
    </div>`;
  }

  #field(name: string, wanted: PluginConfigProperty): TemplateResult {
    const { title = name, description } = wanted;
    const fault = this.faults.get(name);
    const hint = html`${
      description === undefined ? nothing : html`<span class="hint" id="hint-${name}" dir="auto">${description}</span>`
    }${fault === undefined ? nothing : html`<span class="wrong" id="fault-${name}" role="alert">${fault}</span>`}`;
    if (wanted.type === 'boolean') {
      return html`<label class="choice"
        ><input
          type="checkbox"
          name=${name}
          .checked=${live(this.#shown(name) === 'true')}
          @change=${this.#take(name, wanted)}
        /><span dir="auto">${title}${hint}</span></label
      >`;
    }
    return html`<div class="field">
      <label for=${name} dir="auto">${title}</label>
      ${wanted.type === 'string' ? this.#text(name, wanted) : this.#number(name, wanted)} ${hint}
    </div>`;
  }

  #text(name: string, wanted: TextProperty): TemplateResult {
    const take = this.#take(name, wanted);
    const value = this.#shown(name);
    if (wanted.enum !== undefined) {
      return html`<select id=${name} aria-describedby=${this.#described(name, wanted)} @change=${take}>
        ${wanted.enum.map((one) => html`<option value=${one} ?selected=${one === value}>${one}</option>`)}
      </select>`;
    }
    if (wanted.format === 'multiline') {
      return html`<textarea
        id=${name}
        rows="3"
        dir="auto"
        aria-invalid=${this.#invalid(name)}
        aria-describedby=${this.#described(name, wanted)}
        .value=${live(value)}
        @input=${this.#type(name)}
        @change=${take}
        @blur=${() => this.#typed.delete(name)}
      ></textarea>`;
    }
    return html`<input
      id=${name}
      type="text"
      dir="auto"
      autocomplete="off"
      aria-invalid=${this.#invalid(name)}
      aria-describedby=${this.#described(name, wanted)}
      .value=${live(value)}
      @input=${this.#type(name)}
      @change=${take}
      @blur=${() => this.#typed.delete(name)}
    />`;
  }

  #number(name: string, wanted: NumberProperty): TemplateResult {
    const take = this.#take(name, wanted);
    const { minimum, maximum } = wanted;
    const value = this.#shown(name);
    const step = stepOf(wanted);
    if (minimum !== undefined && maximum !== undefined && (maximum - minimum) / step <= SLIDER_STEPS) {
      return html`<div class="slider">
        <input
          id=${name}
          type="range"
          min=${minimum}
          max=${maximum}
          step=${step}
          aria-describedby=${this.#described(name, wanted)}
          .value=${live(value)}
          @input=${take}
        /><output for=${name}
          >${new Intl.NumberFormat(this.locale, { maximumFractionDigits: 4 }).format(Number(value))}</output
        >
      </div>`;
    }
    return html`<input
      id=${name}
      type="text"
      inputmode=${wanted.type === 'integer' ? 'numeric' : 'decimal'}
      autocomplete="off"
      aria-invalid=${this.#invalid(name)}
      aria-describedby=${this.#described(name, wanted)}
      .value=${live(value)}
      @input=${this.#type(name)}
      @change=${take}
      @blur=${() => this.#typed.delete(name)}
    />`;
  }

  #shown(name: string): string {
    const { config, manifest } = this.plugin ?? {};
    return (
      this.#typed.get(name) ??
      this.written.get(name) ??
      String(config?.[name] ?? manifest?.config.properties[name]?.default)
    );
  }

  #invalid(name: string): 'true' | typeof nothing {
    return this.faults.has(name) ? 'true' : nothing;
  }

  #described(name: string, { description }: PluginConfigProperty): string | typeof nothing {
    const ids = [
      ...(description === undefined ? [] : [`hint-${name}`]),
      ...(this.faults.has(name) ? [`fault-${name}`] : []),
    ];
    return ids.length === 0 ? nothing : ids.join(' ');
  }

  #type(name: string): (event: Event) => void {
    return ({ target }) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
        this.#typed.set(name, target.value);
    };
  }

  #take(name: string, wanted: PluginConfigProperty): (event: Event) => void {
    return ({ target }) => {
      const value =
        target instanceof HTMLInputElement && target.type === 'checkbox'
          ? String(target.checked)
          : target instanceof HTMLInputElement ||
              target instanceof HTMLSelectElement ||
              target instanceof HTMLTextAreaElement
            ? target.value
            : '';
      this.#typed.delete(name);
      this.written = new Map(this.written).set(name, value);
      const read = readValue(pluginWords(this.text), wanted, value);
      this.faults = new Map([
        ...[...this.faults].filter(([other]) => other !== name),
        ...('fault' in read ? [[name, read.fault] as const] : []),
      ]);
      if (!('fault' in read)) void this.#save();
    };
  }

  readonly #reset = (): void => {
    const settings = Object.entries(this.plugin?.manifest.config.properties ?? {});
    this.written = new Map(settings.map(([name, { default: value }]) => [name, String(value)]));
    this.faults = new Map();
    this.#typed.clear();
    void this.#save();
  };

  /** One call at a time: a slider is drawn faster than it can be kept, and only where it ends matters. */
  async #save(): Promise<void> {
    this.#again = true;
    if (this.#saving) return;
    this.#saving = true;
    while (this.#again) {
      this.#again = false;
      await this.#keep();
    }
    this.#saving = false;
  }

  async #keep(): Promise<void> {
    const { client, plugin, written } = this;
    if (client === null || plugin === null) return;
    const changes = this.#valid(plugin);
    this.problem = null;
    try {
      await client.configurePlugin(plugin.manifest.id, { ...plugin.config, ...changes });
      this.#forget(Object.keys(changes).filter((name) => this.written.get(name) === written.get(name)));
    } catch (error) {
      const problem = problemOf(error);
      const { field } = problem;
      if (field !== undefined && Object.hasOwn(changes, field))
        this.faults = new Map(this.faults).set(field, pluginSentence(this.text, problem));
      else this.problem = problem;
    }
  }

  #valid({ manifest }: ConfiguredPlugin): PluginConfig {
    const values: Record<string, PluginConfigValue> = {};
    for (const [name, value] of this.written) {
      const wanted = manifest.config.properties[name];
      const read = wanted === undefined ? undefined : readValue(pluginWords(this.text), wanted, value);
      if (read !== undefined && 'value' in read) values[name] = read.value;
    }
    return values;
  }

  /** From now on the client's word holds. */
  #forget(names: readonly string[]): void {
    this.written = new Map([...this.written].filter(([name]) => !names.includes(name)));
  }
}

function stepOf(wanted: NumberProperty): number {
  if (wanted.type === 'integer') return 1;
  const span = (wanted.maximum ?? 1) - (wanted.minimum ?? 0);
  return wanted.multipleOf ?? (span > 0 ? span / 100 : 1);
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-plugin-config': VoicePluginConfig;
  }
}
