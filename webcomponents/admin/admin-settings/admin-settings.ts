import { MAX_NOTICE_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-password/admin-password.ts';
import { take } from '../api/api-error.ts';
import type { Settings } from '../api/types.ts';
import { Draft } from '../draft.ts';
import { areaField, checkField, numberField, selectField, textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const FIELDS = ['name', 'welcome', 'guestRetentionDays'];

/**
 * What holds for the whole server; and one's own password.
 *
 * @customElement admin-settings
 */
@define('admin-settings')
export class AdminSettings extends AdminPage {
  static override styles = [theme, controls, parts, page];

  readonly #settings = new Resource(this, () => take(this.api.GET('/api/settings')));

  protected override render(): TemplateResult {
    const { settings, shell } = this.text;
    return html`${this.header(shell.settings, settings.intro)}
      ${this.loaded(this.#settings, (saved) => this.#form(saved))}
      <admin-password class="narrow-form" .session=${this.session}></admin-password>`;
  }

  #form(saved: Settings): TemplateResult {
    const draft = this.#draft();
    const now = draft.over(saved);
    const set = <K extends keyof Settings>(field: K, value: Settings[K]): void => {
      draft.set(saved, field, value);
      this.requestUpdate();
    };
    const { common } = this.text;
    return html`<form
      class="form narrow-form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#save();
      }}
    >
      ${this.#general(now, set)} ${this.#access(now, set)} ${this.#logs(now, set)} ${this.formProblem(FIELDS)}
      <div class="row end">
        ${
          draft.isEmpty
            ? nothing
            : button(common.discard, () => {
                draft.clear();
                this.requestUpdate();
              })
        }
        ${button(common.save, null, { kind: 'primary', busy: this.busy !== '', disabled: draft.isEmpty })}
      </div>
    </form>`;
  }

  #general(now: Settings, set: <K extends keyof Settings>(field: K, value: Settings[K]) => void): TemplateResult {
    const { settings } = this.text;
    return html`<section class="card" aria-labelledby="general">
      <h2 id="general">${settings.general}</h2>
      ${textField('name', settings.serverName, now.name, (name) => set('name', name), {
        required: true,
        maxLength: 64,
        problem: this.fieldProblem('name'),
      })}
      ${areaField('welcome', settings.welcome, now.welcome, (welcome) => set('welcome', welcome), {
        maxLength: MAX_NOTICE_LENGTH,
        hint: settings.welcomeHint,
        problem: this.fieldProblem('welcome'),
      })}
    </section>`;
  }

  #access(now: Settings, set: <K extends keyof Settings>(field: K, value: Settings[K]) => void): TemplateResult {
    const { settings } = this.text;
    return html`<section class="card" aria-labelledby="access">
      <h2 id="access">${settings.access}</h2>
      ${selectField(
        'registration',
        settings.registration,
        now.registration,
        Object.entries(settings.registrations),
        (mode) => set('registration', mode as Settings['registration']),
      )}
      ${checkField('guests', settings.guests, now.guests, (guests) => set('guests', guests), { hint: settings.guestsHint })}
      ${numberField(
        'retention',
        settings.retention,
        now.guestRetentionDays,
        (days) => set('guestRetentionDays', days ?? now.guestRetentionDays),
        {
          min: 0,
          max: 3_650,
          required: true,
          hint: settings.retentionHint,
          problem: this.fieldProblem('guestRetentionDays'),
        },
      )}
    </section>`;
  }

  #logs(now: Settings, set: <K extends keyof Settings>(field: K, value: Settings[K]) => void): TemplateResult {
    const { settings } = this.text;
    return html`<section class="card" aria-labelledby="logs">
      <h2 id="logs">${settings.logs}</h2>
      ${selectField('log-level', settings.logLevel, now.logLevel, Object.entries(settings.logLevels), (level) =>
        set('logLevel', level as Settings['logLevel']),
      )}
    </section>`;
  }

  #draft(): Draft<Settings> {
    return new Draft<Settings>(this.session, 'settings:all');
  }

  async #save(): Promise<void> {
    const draft = this.#draft();
    if (this.busy !== '' || draft.isEmpty) return;
    const work = (): Promise<unknown> => take(this.api.PATCH('/api/settings', { body: draft.changes }));
    if (!(await this.submit('save', work, this.text.settings.saved))) return;
    await this.#settings.reload();
    draft.clear();
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-settings': AdminSettings;
  }
}
