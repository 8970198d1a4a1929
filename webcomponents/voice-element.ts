import { LitElement } from 'lit';
import { languageOf, onLocale, stringsFor } from './strings/locale.ts';
import { english, type Strings } from './strings/strings.ts';

/**
 * Defines a custom element, once: a page may load `embed.js` of two servers.
 * Unlike Lit's `customElement` it leaves the first definition in place.
 */
export function define(tag: string): (constructor: CustomElementConstructor) => void {
  return (constructor) => {
    if (customElements.get(tag) === undefined) customElements.define(tag, constructor);
  };
}

/** What all elements share: the words, in the language of the page around them. */
export abstract class VoiceElement extends LitElement {
  protected text: Strings = english;
  /** For dates and numbers: with the region, where the page's or the visitor's language is the one spoken. */
  protected locale = english.language;
  #stopLocale: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const choose = (): void => {
      const language = languageOf(this);
      const strings = stringsFor(language);
      const locale = [language, navigator.language].find((tag) => speaks(tag, strings)) ?? strings.language;
      if (strings === this.text && locale === this.locale) return;
      this.text = strings;
      this.locale = locale;
      this.requestUpdate();
    };
    choose();
    this.#stopLocale = onLocale(choose);
  }

  override disconnectedCallback(): void {
    this.#stopLocale?.();
    super.disconnectedCallback();
  }
}

function speaks(tag: string, { language }: Strings): boolean {
  // `en` alone says nothing of a region: the visitor's own may.
  return tag.startsWith(`${language}-`) && Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
}
