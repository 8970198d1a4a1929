import type { Problem, VoiceClientApi } from '@switchboard/client';
import { MAX_REASON_LENGTH, type Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Removal } from '../events/voice-removal-open.ts';
import { valuesOf } from '../form-values.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { form } from '../styles/form.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BAN_HOURS = [1, 12] as const;
const BAN_DAYS = [1, 7, 30] as const;

/**
 * Asks how someone is kicked or banned, and does it. Loaded when it is first needed.
 *
 * @customElement voice-removal
 */
@define('voice-removal')
export class VoiceRemoval extends VoiceElement {
  static override styles = [theme, controls, dialog, form];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private member: Member | null = null;
  @state() private removal: Removal = 'kick';
  @state() private problem: Problem | null = null;
  @state() private busy = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('form') private readonly form!: HTMLFormElement;

  /** Opens the dialog. */
  async ask(removal: Removal, member: Member): Promise<void> {
    this.member = member;
    this.removal = removal;
    this.problem = null;
    await this.updateComplete;
    this.form.reset();
    this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { text, member } = this;
    const name = member?.nickname ?? '';
    const ban = this.removal === 'ban';
    return html`<dialog aria-labelledby="title" aria-describedby="lead">
      <header><h2 id="title" dir="auto">${ban ? text.banTitle(name) : text.kickTitle(name)}</h2></header>
      <form @submit=${this.#submit}>
        <p id="lead" class="lead">${ban ? text.banText : text.kickText}</p>
        <div class="field">
          <label for="reason">${text.reason}</label>
          <input
            id="reason"
            name="reason"
            type="text"
            dir="auto"
            autofocus
            autocomplete="off"
            maxlength=${MAX_REASON_LENGTH}
            aria-describedby="reason-hint"
          />
          <span class="hint" id="reason-hint">${text.reasonHint}</span>
        </div>
        ${ban ? this.#terms() : nothing}
        <p class="wrong" role="alert">${this.problem === null ? nothing : sentence(text, this.problem)}</p>
        <div class="row">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${text.cancel}</button>
          <button class="button primary danger" aria-disabled=${this.busy ? 'true' : 'false'}>
            ${ban ? text.ban : text.kick}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  #terms(): TemplateResult {
    const { text } = this;
    return html`<div class="field">
        <label for="duration">${text.duration}</label>
        <select id="duration" name="duration">
          ${BAN_HOURS.map((hours) => html`<option value=${hours * HOUR_MS}>${text.forHours(hours)}</option>`)}
          ${BAN_DAYS.map((days) => html`<option value=${days * DAY_MS}>${text.forDays(days)}</option>`)}
          <option value="">${text.forever}</option>
        </select>
      </div>
      <label class="choice">
        <input type="checkbox" name="address" value="yes" />
        <span>${text.banAddress}<span class="hint">${text.banAddressHint}</span></span>
      </label>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const { client, member } = this;
    if (client === null || member === null || this.busy) return;
    const read = valuesOf(this.form);
    const reason = read('reason').trim();
    if (this.removal === 'kick') {
      void this.#try(client.kickMember(member.id, reason));
      return;
    }
    const duration = read('duration');
    const terms = { reason, address: read('address') !== '' };
    void this.#try(client.banMember(member.id, duration === '' ? terms : { ...terms, durationMs: Number(duration) }));
  };

  async #try(action: Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = null;
    try {
      await action;
      this.dialog.close();
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-removal': VoiceRemoval;
  }
}
