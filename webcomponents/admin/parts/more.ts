import { html, nothing, type TemplateResult } from 'lit';
import type { PagedResource } from '../resource.ts';
import type { AdminStrings } from '../strings/strings.ts';
import { button } from './signs.ts';

/** Brings the next part of a list, where there is one. */
export function moreButton<T>(
  { common }: AdminStrings,
  list: PagedResource<T>,
  next: string | null,
): TemplateResult | typeof nothing {
  if (next === null) return nothing;
  return html`<div>${button(common.more, () => void list.more(), { busy: list.loadingMore })}</div>`;
}
