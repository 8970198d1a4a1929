import type { Problem } from '@switchboard/client';
import { MAX_NICKNAME_LENGTH, type Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { VoiceEnterEvent } from '../events/voice-enter.ts';
import { VoiceSignInOpenEvent } from '../events/voice-sign-in-open.ts';
import { VoiceSignOutEvent } from '../events/voice-sign-out.ts';
import { markIcon, warningIcon } from '../icons.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import '../voice-avatar/voice-avatar.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-entry.styles.ts';

const FACES = 5;

/**
 * The door: a nickname, a button, and who is inside as far as known. Where there are accounts, the way to them; who is signed in comes in
 * by that name.
 *
 * @customElement voice-entry
 * @fires {VoiceEnterEvent} voice-enter - the nickname to come in with
 * @fires {VoiceSignInOpenEvent} voice-sign-in-open - someone wants to sign in
 * @fires {VoiceSignOutEvent} voice-sign-out - someone wants to sign out
 * @csspart card - the form
 * @csspart problem - why it failed
 */
@define('voice-entry')
export class VoiceEntry extends VoiceElement {
  static override styles = [theme, controls, styles];

  /** The room to go into; null for the server. */
  @property({ attribute: false }) room: string | null = null;
  @property({ attribute: false }) serverName: string | null = null;
  @property() nickname = '';
  /** The name comes from elsewhere (a token): no field for it. */
  @property({ type: Boolean, attribute: 'name-fixed' }) nameFixed = false;
  /** Signing in is offered. */
  @property({ type: Boolean }) accounts = false;
  /** Who is signed in; null for a guest. */
  @property({ attribute: false }) account: string | null = null;
  /** Null while that is not known. */
  @property({ attribute: false }) inside: readonly Member[] | null = null;
  @property({ attribute: false }) problem: Problem | null = null;
  @property({ type: Boolean }) busy = false;
  /** With the mark above: on a page of its own. */
  @property({ type: Boolean }) branded = false;

  @query('input') private readonly field!: HTMLInputElement | null;

  protected override render(): TemplateResult {
    const { text, problem } = this;
    const title = this.room === null ? text.enterTitle(this.serverName) : text.enterRoomTitle(this.room);
    const nameWrong = problem?.code.startsWith('auth.nickname') ?? false;
    return html`<form part="card" @submit=${this.#submit}>
      <div class="title">
        ${this.branded ? markIcon : nothing}
        <h2 dir="auto">${title}</h2>
      </div>
      ${this.#inside()} ${this.#account()}
      <div class="row">
        ${
          this.nameFixed || this.account !== null
            ? nothing
            : html`<div class="field">
                <label for="nickname">${text.nickname}</label>
                <input
                  id="nickname"
                  type="text"
                  dir="auto"
                  required
                  maxlength=${MAX_NICKNAME_LENGTH}
                  autocomplete="nickname"
                  spellcheck="false"
                  aria-describedby=${nameWrong ? 'problem' : 'hint'}
                  aria-invalid=${nameWrong ? 'true' : 'false'}
                  .value=${this.nickname}
                />
                <span class="hint" id="hint">${text.nicknameHint}</span>
              </div>`
        }
        <button class="button primary" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${this.busy ? html`<span class="spinner" aria-hidden="true"></span>${text.connecting}` : text.join}
        </button>
      </div>
      <div role="alert">
        ${
          problem === null
            ? nothing
            : html`<div part="problem" id="problem">${warningIcon}<span>${sentence(text, problem)}</span></div>`
        }
      </div>
      ${
        this.accounts && this.account === null && !this.nameFixed
          ? html`<div class="ways">
              <button type="button" class="link" @click=${() => this.dispatchEvent(new VoiceSignInOpenEvent())}>
                ${text.signIn}
              </button>
            </div>`
          : nothing
      }
    </form>`;
  }

  #account(): TemplateResult | typeof nothing {
    const { account, text } = this;
    if (account === null) return nothing;
    return html`<div class="who">
      <span dir="auto">${text.signedInAs(account)}</span>
      <button type="button" class="link" @click=${() => this.dispatchEvent(new VoiceSignOutEvent())}>
        ${text.signOut}
      </button>
    </div>`;
  }

  #inside(): TemplateResult | typeof nothing {
    const { inside, text } = this;
    if (inside === null) return nothing;
    const names = inside.map((member) => member.nickname);
    return html`<div class="inside">
      ${
        inside.length === 0
          ? nothing
          : html`<span class="stack"
              >${inside
                .slice(0, FACES)
                .map(
                  (member) => html`<voice-avatar .name=${member.nickname} .userId=${member.userId}></voice-avatar>`,
                )}</span
            >`
      }
      <span dir="auto">${names.length === 0 ? text.nobodyInside : text.insideNow(names)}</span>
    </div>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    if (!this.busy) this.dispatchEvent(new VoiceEnterEvent(this.field?.value.trim() ?? this.nickname));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-entry': VoiceEntry;
  }
}
