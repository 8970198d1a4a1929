import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { placePopover } from '../../popover.ts';
import { controls } from '../../styles/controls.styles.ts';
import { popover } from '../../styles/popover.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';
import { moreIcon } from '../icons.ts';

export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
  readonly danger?: boolean;
  /** Why it cannot be done now; it stays in the menu, so that one learns of it. */
  readonly locked?: string | undefined;
}

const styles = css`
  :host {
    display: inline-block;
  }

  [popover] {
    min-width: 180px;
    max-width: min(300px, calc(100vw - 16px));
    padding: 4px;
  }

  [role='menuitem'] {
    display: grid;
    width: 100%;
    min-height: max(32px, var(--_target));
    align-content: center;
    padding: 6px 12px;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    text-align: start;
    cursor: pointer;
  }

  [role='menuitem']:hover,
  [role='menuitem']:focus-visible {
    background: var(--_hover);
  }

  [role='menuitem'][aria-disabled='true'] {
    color: var(--_text-2);
    cursor: default;
  }

  .danger:not([aria-disabled='true']) {
    color: var(--_danger);
  }
`;

/**
 * What can be done with something, behind a button of three dots: arrows, Home, End and letters move, Escape closes.
 *
 * @customElement admin-menu
 */
@define('admin-menu')
export class AdminMenu extends AdminElement {
  static override styles = [theme, controls, popover, styles];

  /** What the button says, such as "Actions for Ada". */
  @property() label = '';
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @query('.icon-button') private readonly opener!: HTMLButtonElement;
  @query('[popover]') private readonly menu!: HTMLElement;

  protected override render(): TemplateResult | typeof nothing {
    if (this.items.length === 0) return nothing;
    return html`<button
        class="icon-button"
        type="button"
        aria-label=${this.label}
        title=${this.label}
        aria-haspopup="menu"
        aria-expanded="false"
        popovertarget="menu"
      >
        ${moreIcon}
      </button>
      <div id="menu" popover role="menu" aria-label=${this.label} @toggle=${this.#toggled} @keydown=${this.#keydown}>
        ${this.items.map(
          (item, index) =>
            html`<button
              role="menuitem"
              type="button"
              tabindex="-1"
              class=${item.danger === true ? 'danger' : ''}
              aria-disabled=${item.locked === undefined ? nothing : 'true'}
              aria-describedby=${item.locked === undefined ? nothing : `why-${index}`}
              @click=${() => this.#choose(item)}
            >
              ${item.label}${
                item.locked === undefined ? nothing : html`<span class="hint" id="why-${index}">${item.locked}</span>`
              }
            </button>`,
        )}
      </div>`;
  }

  #choose(item: MenuItem): void {
    if (item.locked !== undefined) return;
    this.menu.hidePopover();
    item.act();
  }

  readonly #toggled = (event: ToggleEvent): void => {
    const isOpen = event.newState === 'open';
    this.opener.ariaExpanded = String(isOpen);
    if (!isOpen) return;
    placePopover(this.menu, this.opener);
    this.#entries()[0]?.focus();
  };

  #entries(): HTMLElement[] {
    return [...this.menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const entries = this.#entries();
    const at = entries.findIndex((entry) => entry === this.shadowRoot?.activeElement);
    const to = next(entries, at, event.key);
    if (to === undefined) {
      // As elsewhere, Tab leaves a menu and closes it.
      if (event.key === 'Tab') this.menu.hidePopover();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    to.focus();
  };
}

function next(entries: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return entries[(at + 1) % entries.length];
    case 'ArrowUp':
      return entries.at(at - 1);
    case 'Home':
      return entries[0];
    case 'End':
      return entries.at(-1);
    default: {
      if (key.length !== 1) return undefined;
      const letter = key.toLocaleLowerCase();
      const starts = (entry: HTMLElement): boolean => entry.textContent.trim().toLocaleLowerCase().startsWith(letter);
      return [...entries.slice(at + 1), ...entries.slice(0, at + 1)].find(starts);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-menu': AdminMenu;
  }
}
