import type { CommandState } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Strings } from '../strings/strings.ts';
import { suggestionsFor, type Suggestion, type Suggestions } from './command-suggestions.ts';
import { styles } from './command-list.styles.ts';

const LIST_ID = 'suggestions';
const optionId = (index: number): string => `suggestion-${index}`;

/** What happens to the text: it becomes this one, it stays while the list has taken the key, or the key is not the list's. */
type Outcome = { readonly draft: string } | 'taken' | 'passed';

/**
 * The list that completes slash commands, in the shadow tree of the field: what it points at must be beside the field. Names are chosen from the
 * start, so Enter completes them; of an argument, which may be anything else, only what was chosen by arrow keys.
 */
export class CommandList {
  readonly #changed: () => void;
  #suggestions: Suggestions | null = null;
  /** Of the options; −1 for none. */
  #active = -1;

  constructor(root: ShadowRoot, changed: () => void) {
    this.#changed = changed;
    if (styles.styleSheet !== undefined) root.adoptedStyleSheets.push(styles.styleSheet);
  }

  /** Follows what is being written. */
  follow(draft: string, commands: readonly CommandState[]): void {
    this.#suggestions = suggestionsFor(draft, commands);
    this.#active = this.#suggestions?.only === true ? 0 : -1;
    this.#changed();
  }

  close(): void {
    if (this.#suggestions === null) return;
    this.#suggestions = null;
    this.#changed();
  }

  get listId(): string | null {
    return this.#items.length === 0 ? null : LIST_ID;
  }

  get activeId(): string | null {
    return this.#items[this.#active] === undefined ? null : optionId(this.#active);
  }

  /** A key in the field whose text is this. */
  press({ key, shiftKey }: KeyboardEvent, draft: string): Outcome {
    const items = this.#items;
    if (key === 'Escape' && this.#suggestions !== null) {
      this.close();
      return 'taken';
    }
    if (items.length === 0 || shiftKey) return 'passed';
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) return this.#step(step);
    const chosen = items[this.#active];
    // What is there already needs no completing: the command is given, or the focus goes on.
    if (key === 'Enter' && chosen !== undefined && chosen.draft.trimEnd() !== draft) return { draft: chosen.draft };
    if (key !== 'Tab') return 'passed';
    const first = this.#suggestions?.only === true || this.#suggestions?.typed !== '' ? items[0] : undefined;
    const taken = chosen ?? first;
    return taken === undefined || taken.draft === draft ? 'passed' : { draft: taken.draft };
  }

  render(text: Strings, choose: (draft: string) => void): TemplateResult | typeof nothing {
    const suggestions = this.#suggestions;
    if (suggestions === null) return nothing;
    const { items, usage } = suggestions;
    return html`<div class="suggest" @mousedown=${(event: Event) => event.preventDefault()}>
      ${usage === null ? nothing : this.#usage(text, usage.command, usage.argument)}
      ${
        items.length === 0
          ? nothing
          : html`<div id=${LIST_ID} class="list" role="listbox" aria-label=${text.commands}>
              ${items.map((item, index) => this.#option(item, index, choose))}
            </div>`
      }
      <span class="sr-only" role="status">${items.length === 0 ? nothing : text.suggestions(items.length)}</span>
    </div>`;
  }

  get #items(): readonly Suggestion[] {
    return this.#suggestions?.items ?? [];
  }

  #step(step: number): Outcome {
    const { length } = this.#items;
    this.#active = this.#active < 0 && step < 0 ? length - 1 : (this.#active + step + length) % length;
    this.#changed();
    return 'taken';
  }

  #option(
    { label, detail, pluginName, draft }: Suggestion,
    index: number,
    choose: (draft: string) => void,
  ): TemplateResult {
    return html`<div
      id=${optionId(index)}
      class="option"
      role="option"
      aria-selected=${index === this.#active ? 'true' : 'false'}
      @click=${() => choose(draft)}
    >
      <span class="label" dir="ltr">${label}</span>
      <span class="detail" dir="auto">${detail}</span>
      <bdi class="plugin">${pluginName}</bdi>
    </div>`;
  }

  #usage(text: Strings, command: CommandState, argument: number): TemplateResult {
    const { description = '', required = false } = command.arguments[argument] ?? {};
    return html`<div class="usage" id="usage">
      <span class="label" dir="ltr"
        >/${command.name}${command.arguments.map(
          ({ name }, index) => html` ${index === argument ? html`<strong>${name}</strong>` : name}`,
        )}</span
      >
      <span class="detail" dir="auto"
        >${[description, required ? '' : text.optional].filter((words) => words !== '').join(' · ')}</span
      >
    </div>`;
  }
}
