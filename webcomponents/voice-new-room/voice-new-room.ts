import type { Problem, VoiceClientApi } from '@switchboard/client';
import { MAX_CHANNEL_NAME_LENGTH, MAX_PASSWORD_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { valuesOf } from '../form-values.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { dialog } from '../styles/dialog.styles.ts';
import { form } from '../styles/form.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { placesForRooms } from '../voice-channel-tree/barriers.ts';
import { define, VoiceElement } from '../voice-element.ts';

/**
 * Makes a room that goes when the last one leaves it, and goes in. Loaded when it is first needed.
 *
 * @customElement voice-new-room
 */
@define('voice-new-room')
export class VoiceNewRoom extends VoiceElement {
  static override styles = [theme, controls, dialog, form];

  @property({ attribute: false }) client: VoiceClientApi | null = null;

  @state() private problem: Problem | null = null;
  @state() private busy = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('form') private readonly form!: HTMLFormElement;
  readonly #client = new ClientController(this, ['channels', 'permissions', 'channelPermissions']);

  /** Opens the dialog. */
  show(): void {
    this.problem = null;
    this.form.reset();
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { text } = this;
    const current = this.#client.state;
    const places = current === null ? [] : placesForRooms(current);
    return html`<dialog aria-labelledby="title" aria-describedby="lead">
      <header><h2 id="title">${text.newRoom}</h2></header>
      <form @submit=${this.#submit}>
        <p id="lead" class="lead">${text.newRoomText}</p>
        <div class="field">
          <label for="name">${text.roomName}</label>
          <input
            id="name"
            name="name"
            type="text"
            dir="auto"
            required
            autofocus
            autocomplete="off"
            maxlength=${MAX_CHANNEL_NAME_LENGTH}
          />
        </div>
        <div class="field">
          <label for="parent">${text.insideOf}</label>
          <select id="parent" name="parent">
            ${places.map((place) => html`<option value=${place?.id ?? ''}>${place?.name ?? text.topOfTree}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="password">${text.optionalPassword}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            maxlength=${MAX_PASSWORD_LENGTH}
          />
        </div>
        <p class="wrong" role="alert">${this.problem === null ? nothing : sentence(text, this.problem)}</p>
        <div class="row">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${text.cancel}</button>
          <button class="button primary" aria-disabled=${this.busy ? 'true' : 'false'}>${text.create}</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const read = valuesOf(this.form);
    const name = read('name').trim();
    if (name === '' || this.busy || this.client === null) return;
    void this.#make(this.client, name, read('parent'), read('password'));
  };

  async #make(client: VoiceClientApi, name: string, parent: string, password: string): Promise<void> {
    this.busy = true;
    this.problem = null;
    const locked = password === '' ? {} : { password };
    try {
      const channel = await client.createTemporaryChannel({ name, parentId: parent === '' ? null : parent, ...locked });
      await client.join(channel.id, locked.password);
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
    'voice-new-room': VoiceNewRoom;
  }
}
