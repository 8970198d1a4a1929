import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminElement } from '../admin-element.ts';
import type { AdminAskEvent } from '../events/admin-ask.ts';
import { textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { parts } from '../styles/parts.styles.ts';

const styles = css`
  form {
    display: grid;
    gap: 16px;
  }

  p {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/**
 * Asks before something is destroyed; for the worst of it, a word must be typed.
 *
 * @customElement admin-confirm
 */
@define('admin-confirm')
export class AdminConfirm extends AdminElement {
  static override styles = [theme, controls, parts, styles];

  @state() private asked: AdminAskEvent | null = null;
  @state() private typed = '';

  /** Shows a question, and answers it. */
  show(asked: AdminAskEvent): void {
    this.#answer(false);
    this.asked = asked;
    this.typed = '';
  }

  protected override render(): TemplateResult {
    const question = this.asked?.question;
    const { common } = this.text;
    const mayGo = question?.typed === undefined || this.typed.trim() === question.typed;
    return html`<admin-dialog
      heading=${question?.title ?? ''}
      ?open=${question !== undefined}
      @admin-close=${() => this.#answer(false)}
    >
      ${
        question === undefined
          ? nothing
          : html`<form
              @submit=${(event: Event) => {
                event.preventDefault();
                if (mayGo) this.#answer(true);
              }}
            >
              <p>${question.text}</p>
              ${
                question.typed === undefined
                  ? nothing
                  : textField(
                      'typed',
                      common.typeToConfirm(question.typed),
                      this.typed,
                      (typed) => (this.typed = typed),
                    )
              }
              <div class="row end">
                <button
                  class="button"
                  type="button"
                  ?autofocus=${question.typed === undefined}
                  @click=${() => this.#answer(false)}
                >
                  ${common.cancel}
                </button>
                ${button(question.action, null, { kind: 'destructive', disabled: !mayGo })}
              </div>
            </form>`
      }
    </admin-dialog>`;
  }

  #answer(agreed: boolean): void {
    this.asked?.resolve(agreed);
    this.asked = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-confirm': AdminConfirm;
  }
}
