import type { Problem } from '@switchboard/client';
import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { VoiceConnectAgainEvent } from '../events/voice-connect-again.ts';
import { closedIcon } from '../icons.ts';
import type { Strings } from '../strings/strings.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from '../voice-entry/voice-entry.styles.ts';

const TITLES: Partial<Record<ErrorCode, keyof Strings & `${string}Title`>> = {
  'session.kicked': 'kickedTitle',
  'access.banned': 'bannedTitle',
  'session.logged_out': 'loggedOutTitle',
};

/** Whether a session that was closed for this is over until the person does something about it. */
export function isEnding(problem: Problem | null): problem is Problem {
  return problem !== null && problem.code in TITLES;
}

/**
 * What is left of a session that the server has ended: why, until when, and the way back where there is one.
 *
 * @customElement voice-ended
 * @fires {VoiceConnectAgainEvent} voice-connect-again - the person wants to come back
 * @csspart card - what is said
 */
@define('voice-ended')
export class VoiceEnded extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) problem: Problem | null = null;
  /** On the button; to connect again without it. */
  @property({ attribute: false }) action: string | null = null;
  @property({ type: Boolean }) busy = false;

  protected override render(): TemplateResult | typeof nothing {
    const { problem, text } = this;
    const title = problem === null ? undefined : TITLES[problem.code];
    if (problem === null || title === undefined) return nothing;
    return html`<div part="card" role="alert">
        <div class="title">
          <span class="sign">${closedIcon}</span>
          <h2>${text[title]}</h2>
        </div>
        ${this.#details(problem).map((words) => html`<p class="detail" dir="auto">${words}</p>`)}
      </div>
      ${
        problem.code === 'access.banned'
          ? nothing
          : html`<button
              class="button primary again"
              aria-disabled=${this.busy ? 'true' : 'false'}
              @click=${this.#again}
            >
              ${
                this.busy
                  ? html`<span class="spinner" aria-hidden="true"></span>${text.connecting}`
                  : (this.action ?? text.connectAgain)
              }
            </button>`
      }`;
  }

  #details({ code, message, reason, untilMs }: Problem): string[] {
    const { text } = this;
    const details: string[] = [];
    if (reason !== undefined && reason !== '') details.push(text.reasonGiven(reason));
    if (untilMs === null) details.push(text.bannedForever);
    else if (untilMs !== undefined) {
      const format = new Intl.DateTimeFormat(this.locale, { dateStyle: 'long', timeStyle: 'short' });
      details.push(text.bannedUntil(format.format(untilMs)));
    }
    // Refused at the door: what is known of it stands in the server's own sentence.
    const own = reason === undefined && message !== '' && message !== ERROR_SENTENCES[code];
    return own ? [...details, message] : details;
  }

  readonly #again = (): void => {
    if (!this.busy) this.dispatchEvent(new VoiceConnectAgainEvent());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-ended': VoiceEnded;
  }
}
