import type { PluginCommand } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { chevronIcon } from '../icons.ts';
import type { PluginStrings } from '../strings/plugin-strings.ts';
import { shownText } from '../voice-message/shown-text.ts';
import type { ConsentLine } from './plugin-consents.ts';

/** Characters of a publisher's key that are shown: enough to tell two apart. */
const KEY_CHARACTERS = 12;

/** By whom, as far as that is known: a key is no name, but the same key is the same publisher. */
export function signedBy(words: PluginStrings, publisher: string | undefined): string {
  return publisher === undefined
    ? words.unsigned
    : words.signed((publisher.slice(0, KEY_CHARACTERS).match(/.{4}/g) ?? []).join(' '));
}

/** @param us microseconds */
export function callTime(locale: string, us: number): string {
  const format = (value: number, digits: number): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return us < 1_000 ? `${format(us, 0)} µs` : `${format(us / 1_000, 1)} ms`;
}

interface PartLook {
  readonly label: string;
  /** With the plugin's name: that is what is heard. */
  readonly full: string;
  readonly expanded: boolean;
}

/** Opens a part of what is known of a plugin, or closes it. */
export function partButton(id: string, { label, full, expanded }: PartLook, act: () => void): TemplateResult {
  return html`<button
    class="part"
    id=${id}
    aria-label=${full}
    aria-expanded=${expanded ? 'true' : 'false'}
    @click=${act}
  >
    ${chevronIcon}${label}
  </button>`;
}

/** Moves a plugin. At the end of the way it stays, so that the focus does: `act` is null then. */
export function stepButton(id: 'up' | 'down', label: string, icon: unknown, act: (() => void) | null): TemplateResult {
  return html`<button
    class="icon-button"
    id=${id}
    aria-label=${label}
    title=${label}
    aria-disabled=${act === null ? 'true' : 'false'}
    @click=${() => act?.()}
  >
    ${icon}
  </button>`;
}

/** What a plugin says of itself. */
export interface AboutPlugin {
  readonly description: string;
  readonly licence: string;
  readonly homepage: string | null | undefined;
  readonly commands: readonly Pick<PluginCommand, 'name' | 'description'>[];
  /** Markdown; empty for none. */
  readonly readme: string;
}

/** What there is to know of a plugin besides how it does, with what it may do. */
export function aboutPlugin(words: PluginStrings, about: AboutPlugin, may: unknown): TemplateResult {
  const { description, licence, homepage, commands, readme } = about;
  return html`<p class="description" dir="auto">${description}</p>
    ${may}
    ${
      commands.length === 0
        ? nothing
        : html`<h5 id="commands">${words.commands}</h5>
            <ul class="may" aria-labelledby="commands">
              ${commands.map(
                (command) =>
                  html`<li>
                    <span><code>/${command.name}</code> <span dir="auto">${command.description}</span></span>
                  </li>`,
              )}
            </ul>`
    }
    <dl>
      <dt>${words.licence}</dt>
      <dd dir="auto">${licence}</dd>
      ${
        homepage === undefined || homepage === null
          ? nothing
          : html`<dt>${words.homepage}</dt>
              <dd><a href=${homepage} target="_blank" rel="noopener noreferrer nofollow">${homepage}</a></dd>`
      }
    </dl>
    ${
      readme === ''
        ? nothing
        : html`<h5 id="readme">${words.readme}</h5>
            ${readmeOf(readme, { labelledBy: 'readme' })}`
    }`;
}

/** A README, to be scrolled by the keyboard as well. */
export function readmeOf(readme: string, name: { labelledBy: string } | { label: string }): TemplateResult {
  return html`<div
    class="readme"
    role="group"
    tabindex="0"
    aria-label=${'label' in name ? name.label : nothing}
    aria-labelledby=${'labelledBy' in name ? name.labelledBy : nothing}
    dir="auto"
  >
    <span class="written">${shownText(readme)}</span>
  </div>`;
}

/** What a plugin may do. @param isNew marks what one has not agreed to before */
export function mayList(
  words: PluginStrings,
  lines: readonly ConsentLine[],
  { labelledBy, isNew }: { readonly labelledBy: string; readonly isNew?: (line: ConsentLine) => boolean },
): TemplateResult {
  return html`<ul class="may" aria-labelledby=${labelledBy}>
    ${lines.map(
      (line) =>
        html`<li>
          <span>${line.words}</span> ${isNew?.(line) === true ? html`<span class="tag">${words.new}</span>` : nothing}
        </li>`,
    )}
  </ul>`;
}
