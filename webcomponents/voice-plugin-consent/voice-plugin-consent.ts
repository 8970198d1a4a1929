import type { PluginInspection, Problem, VoiceClientApi } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { warningIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import type { PluginStrings } from '../strings/plugin-strings.ts';
import { pluginSentence, pluginWords } from '../strings/plugin-words.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { form } from '../styles/form.styles.ts';
import { writtenText } from '../styles/text.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { consentLines } from '../voice-plugins/plugin-consents.ts';
import { iconOf } from '../voice-plugins/plugin-icon.ts';
import { pluginParts } from '../voice-plugins/plugin-parts.styles.ts';
import { mayList, readmeOf, signedBy } from '../voice-plugins/plugin-parts.ts';
import { styles } from './voice-plugin-consent.styles.ts';

/** A package that is to be installed, and what is known of it. */
export interface Candidate {
  readonly bytes: Uint8Array;
  readonly origin: 'file' | 'server';
  readonly inspection: PluginInspection;
}

/**
 * Says what a plugin wants before it is installed or updated, worst first, and installs it if one agrees.
 *
 * @customElement voice-plugin-consent
 */
@define('voice-plugin-consent')
export class VoicePluginConsent extends VoiceElement {
  static override styles = [theme, controls, dialog, form, writtenText, pluginParts, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private candidate: Candidate | null = null;
  @state() private problem: Problem | null = null;
  @state() private busy = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** Opens the dialog. */
  async ask(candidate: Candidate): Promise<void> {
    this.candidate = candidate;
    this.problem = null;
    this.busy = false;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { candidate } = this;
    return html`<dialog aria-labelledby="title" aria-describedby="wants" @close=${() => (this.candidate = null)}>
      ${candidate === null ? nothing : this.#body(candidate.inspection)}
    </dialog>`;
  }

  #body(inspection: PluginInspection): TemplateResult {
    const words = pluginWords(this.text);
    const { manifest, icon, readme, signed, installedVersion } = inspection;
    const update = installedVersion !== null;
    const agrees = inspection.newConsents.length > 0;
    return html`<header>
        <h2 id="title" dir="auto">${update ? words.updateTitle(manifest.name) : words.installTitle(manifest.name)}</h2>
      </header>
      <form method="dialog" @submit=${this.#agree}>
        <div class="identity">
          ${iconOf(icon)}
          <div class="who">
            <p class="name">
              <bdi>${manifest.name}</bdi>
              <span class="version"
                >${manifest.version}${update ? html` ${words.from(installedVersion)}` : nothing}</span
              >
            </p>
            <p class="by">
              <bdi>${words.by(manifest.author)}</bdi> · ${signedBy(words, signed ? manifest.publisher : undefined)}
            </p>
          </div>
        </div>
        <p class="description" dir="auto">${manifest.description}</p>
        ${this.#wants(words, inspection, update)}
        ${signed ? nothing : html`<p class="warning">${warningIcon}<span>${words.unsignedWarning}</span></p>`}
        <p class="hint">${words.runsApart}</p>
        ${
          readme === ''
            ? nothing
            : html`<details>
                <summary>${words.readme}</summary>
                ${readmeOf(readme, { label: words.readme })}
              </details>`
        }
        <p class="wrong" role="alert" ?hidden=${this.problem === null}>
          ${this.problem === null ? nothing : pluginSentence(this.text, this.problem)}
        </p>
        <div class="row">
          <button type="button" class="button" autofocus @click=${() => this.dialog.close()}>
            ${this.text.cancel}
          </button>
          <button class="button primary" id="agree" aria-disabled=${this.busy ? 'true' : 'false'}>
            ${update ? (agrees ? words.agreeUpdate : words.update) : agrees ? words.agreeInstall : words.install}
          </button>
        </div>
      </form>`;
  }

  #wants(words: PluginStrings, { consents, newConsents }: PluginInspection, update: boolean): TemplateResult {
    if (consents.length === 0) return html`<p id="wants" class="wants">${words.wantsNothing}</p>`;
    const lines = consentLines(words, consents);
    const isNew = (line: (typeof lines)[number]): boolean => update && newConsents.includes(line.consent);
    return html`<div id="wants" class="wants">
      ${newConsents.length === 0 ? html`<p>${words.wantsNothingNew}</p>` : nothing}
      <h3 id="can">${words.wants}</h3>
      ${mayList(words, lines, { labelledBy: 'can', isNew })}
    </div>`;
  }

  readonly #agree = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { client, candidate } = this;
    if (client === null || candidate === null || this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await client.installPlugin(candidate.bytes, candidate.inspection.newConsents, candidate.origin);
      this.dialog.close();
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.busy = false;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-plugin-consent': VoicePluginConsent;
  }
}
