import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { closeIcon, warningIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';
import type { AdminToastEvent } from '../events/admin-toast.ts';
import { checkIcon } from '../icons.ts';

/** How long a line stays that tells of success. A failure stays until it is put away, or until the next line. */
const SHOWN_MS = 6_000;

const styles = css`
  :host {
    position: fixed;
    z-index: 10;
    inset-block-end: 16px;
    inset-block-start: auto;
    inset-inline: 16px;
    display: grid;
    width: auto;
    margin: 0;
    padding: 0;
    border: 0;
    background: transparent;
    justify-items: center;
    pointer-events: none;
  }

  [part='toast'] {
    display: flex;
    align-items: center;
    gap: 12px;
    max-width: min(100%, 480px);
    padding: 6px 8px 6px 14px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg-raised);
    box-shadow: var(--_shadow);
    overflow-wrap: anywhere;
    pointer-events: auto;
  }

  .done > .icon {
    color: var(--_accent);
  }

  .failed > .icon {
    color: var(--_danger);
  }
`;

/**
 * The line that tells what was done or failed, read out without taking the word from anybody.
 *
 * @customElement admin-toasts
 * @csspart toast - the line
 */
@define('admin-toasts')
export class AdminToasts extends AdminElement {
  static override styles = [theme, controls, styles];

  @state() private shown: AdminToastEvent | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(toast: AdminToastEvent): void {
    clearTimeout(this.#timer);
    this.shown = toast;
    // Over an open dialog only what is in the top layer is seen.
    if (!this.matches(':popover-open')) this.showPopover();
    else {
      this.hidePopover();
      this.showPopover();
    }
    if (toast.tone === 'done') this.#timer = setTimeout(this.#clear, SHOWN_MS);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.popover = 'manual';
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { shown } = this;
    return html`<div role="status" aria-live="polite" aria-atomic="true">
      ${
        shown === null
          ? nothing
          : html`<div part="toast" class=${shown.tone}>
              ${shown.tone === 'done' ? checkIcon : warningIcon}<span>${shown.message}</span>
              <button class="icon-button" type="button" aria-label=${this.text.common.dismiss} @click=${this.#clear}>
                ${closeIcon}
              </button>
            </div>`
      }
    </div>`;
  }

  readonly #clear = (): void => {
    clearTimeout(this.#timer);
    this.shown = null;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-toasts': AdminToasts;
  }
}
