import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { warningIcon } from '../../icons.ts';
import { pluginWords } from '../../strings/plugin-words.ts';
import { controls } from '../../styles/controls.styles.ts';
import { writtenText } from '../../styles/text.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import type { ConsentLine } from '../../voice-plugins/plugin-consents.ts';
import { iconOf } from '../../voice-plugins/plugin-icon.ts';
import { pluginParts } from '../../voice-plugins/plugin-parts.styles.ts';
import { mayList, readmeOf, signedBy } from '../../voice-plugins/plugin-parts.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import { take, type ApiError } from '../api/api-error.ts';
import type { PluginInspection } from '../api/types.ts';
import { checkField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { rightsOf } from '../plugin-rights.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-plugin-consent.styles.ts';

/** A package that is to be installed: a file, or one that comes with the server. */
export interface Candidate {
  readonly inspection: PluginInspection;
  readonly file: ArrayBuffer | null;
}

/**
 * Says what a plugin wants before it is installed or updated, and installs it if one agrees.
 *
 * @customElement admin-plugin-consent
 * @fires {Event} admin-changed - it is installed
 */
@define('admin-plugin-consent')
export class AdminPluginConsent extends AdminPage {
  static override styles = [theme, controls, writtenText, parts, page, pluginParts, styles];

  @state() private candidate: Candidate | null = null;
  @state() private run = true;
  @state() private offer = true;

  /** Opens the dialog. */
  show(candidate: Candidate): void {
    this.candidate = candidate;
    this.problem = null;
    this.run = true;
    this.offer = true;
  }

  protected override sentence(error: ApiError): string {
    return pluginProblem(this.text, error);
  }

  protected override render(): TemplateResult {
    const words = pluginWords(this.text);
    const { candidate } = this;
    const inspection = candidate?.inspection;
    const title =
      inspection === undefined
        ? ''
        : (inspection.installedVersion === null ? words.installTitle : words.updateTitle)(inspection.name);
    return html`<admin-dialog heading=${title} ?open=${inspection !== undefined} @admin-close=${this.#close}>
      ${candidate === null ? nothing : html`<form @submit=${this.#agree}>${this.#body(candidate)}</form>`}
    </admin-dialog>`;
  }

  #body({ inspection, file }: Candidate): TemplateResult {
    const words = pluginWords(this.text);
    const { name, version, author, description, icon, readme, publisher, targets, installedVersion } = inspection;
    const isUpdate = installedVersion !== null;
    const agrees = inspection.newConsents.length > 0;
    const origin = file === null ? this.text.plugins.withServer : signedBy(words, publisher ?? undefined);
    return html`<div class="identity" tabindex="-1" autofocus>
        ${iconOf(icon)}
        <div class="who">
          <p class="name">
            <bdi>${name}</bdi>
            <span class="version">${version}${isUpdate ? html` ${words.from(installedVersion)}` : nothing}</span>
          </p>
          <p class="by"><bdi>${words.by(author)}</bdi> · ${origin}</p>
        </div>
      </div>
      <p class="description" dir="auto">${description}</p>
      ${
        publisher === null && file !== null
          ? html`<div class="notice warning">${warningIcon}<span class="words">${words.unsignedWarning}</span></div>`
          : nothing
      }
      ${this.#wants(inspection)}
      <p class="hint">${this.text.plugins.runsApart[targets.includes('server') ? 'server' : 'client']}</p>
      ${
        readme === ''
          ? nothing
          : html`<details>
              <summary>${words.readme}</summary>
              ${readmeOf(readme, { label: words.readme })}
            </details>`
      }
      ${isUpdate ? nothing : this.#beginnings(inspection)} ${this.formProblem()}
      <div class="row end ends">
        <button class="button" type="button" @click=${this.#close}>${this.text.common.cancel}</button>
        ${button(isUpdate ? (agrees ? words.agreeUpdate : words.update) : agrees ? words.agreeInstall : words.install, null, { kind: 'primary', busy: this.busy !== '' })}
      </div>`;
  }

  #wants(inspection: PluginInspection): TemplateResult {
    const words = pluginWords(this.text);
    const { plugins } = this.text;
    const { newConsents, installedVersion } = inspection;
    const { server, people } = rightsOf(this.text, inspection);
    if (server.length + people.length === 0) return html`<p>${words.wantsNothing}</p>`;
    const isNew = ({ consent }: ConsentLine): boolean => installedVersion !== null && newConsents.includes(consent);
    const list = (id: string, heading: string, lines: readonly ConsentLine[]): unknown =>
      lines.length === 0
        ? nothing
        : html`<div class="wants">
            <h3 id=${id}>${heading}</h3>
            ${mayList(words, lines, { labelledBy: id, isNew })}
          </div>`;
    return html`${installedVersion !== null && newConsents.length === 0 ? html`<p>${words.wantsNothingNew}</p>` : nothing}
    ${list('in-server', plugins.canInServer, server)} ${list('with-people', plugins.canWithPeople, people)}`;
  }

  #beginnings({ targets }: PluginInspection): TemplateResult {
    const { plugins } = this.text;
    return html`<div>
      ${targets.includes('server') ? checkField('run', plugins.run, this.run, (run) => (this.run = run)) : nothing}
      ${
        targets.includes('client')
          ? checkField('offer', plugins.offer, this.offer, (offer) => (this.offer = offer), {
              hint: plugins.offerHint,
            })
          : nothing
      }
    </div>`;
  }

  readonly #close = (): void => {
    this.candidate = null;
  };

  readonly #agree = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { candidate } = this;
    if (candidate === null || this.busy !== '') return;
    const { name, version, installedVersion } = candidate.inspection;
    const { installed, updated } = this.text.plugins;
    const done = (installedVersion === null ? installed : updated)(name, version);
    if (!(await this.submit('install', () => this.#install(candidate), done))) return;
    this.#close();
    this.dispatchEvent(new Event('admin-changed'));
  };

  #install({ inspection, file }: Candidate): Promise<unknown> {
    const { id, targets, newConsents } = inspection;
    const enable = this.run && targets.includes('server');
    const offer = this.offer && targets.includes('client');
    if (file === null) {
      const body = { agreed: newConsents, enable, offer };
      return take(this.api.POST('/api/plugins/available/{id}/install', { params: { path: { id } }, body }));
    }
    const query = new URLSearchParams({
      agreed: newConsents.join(','),
      enable: String(enable),
      offer: String(offer),
    });
    return this.session.raw(`/api/plugins?${query.toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: file,
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-plugin-consent': AdminPluginConsent;
  }
}
