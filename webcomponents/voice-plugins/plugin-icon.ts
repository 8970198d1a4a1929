import { html, nothing, type TemplateResult } from 'lit';
import { pluginIcon } from '../icons.ts';

/** A plugin's own icon, base64 of a PNG, over a sign that shows where it has none or a broken one. */
export function iconOf(png: string): TemplateResult {
  return html`<span class="plugin-icon" aria-hidden="true"
    >${pluginIcon}${
      png === '' ? nothing : html`<img alt="" src="data:image/png;base64,${png}" @error=${hide} @load=${show} />`
    }</span
  >`;
}

function hide({ target }: Event): void {
  if (target instanceof HTMLElement) target.hidden = true;
}

function show({ target }: Event): void {
  if (target instanceof HTMLElement) target.hidden = false;
}
