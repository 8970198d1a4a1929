import type { Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { headphonesOffIcon, micOffIcon, retryIcon } from '../icons.ts';
import type { Strings } from '../strings/strings.ts';

/** The signs after a name; deafened includes muted, so only one of the two is shown. */
export function badges(member: Member, text: Strings): TemplateResult | typeof nothing {
  const shown: TemplateResult[] = [];
  if (member.reconnecting) shown.push(badge(text.reconnectingMember, retryIcon, ''));
  if (member.deafened) shown.push(badge(text.deafened, headphonesOffIcon, 'off'));
  else if (member.muted) shown.push(badge(text.muted, micOffIcon, 'off'));
  return shown.length === 0 ? nothing : html`<span class="badges">${shown}</span>`;
}

function badge(label: string, icon: unknown, kind: string): TemplateResult {
  return html`<span class="badge ${kind}" title=${label}>${icon}<span class="sr-only">, ${label}</span></span>`;
}
