import { LitElement } from 'lit';
import { languageOf } from '../strings/locale.ts';
import { Format } from './format.ts';
import { adminStringsFor, english, onAdminLocale, type AdminStrings } from './strings/strings.ts';

/** What all elements of the dashboard share: the words and the figures, in the language of the page. */
export abstract class AdminElement extends LitElement {
  protected text: AdminStrings = english;
  protected format = new Format(english.language);
  #stopLocale: (() => void) | undefined;

  override connectedCallback(): void {
    const choose = (): void => {
      const language = languageOf(this);
      this.text = adminStringsFor(language);
      const isSpoken = language.split('-')[0] === this.text.language;
      this.format = new Format(isSpoken ? language : this.text.language);
      this.requestUpdate();
    };
    choose();
    this.#stopLocale = onAdminLocale(choose);
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    this.#stopLocale?.();
    super.disconnectedCallback();
  }
}
