import type { Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { headphonesOffIcon, micOffIcon, retryIcon, whisperIcon } from '../icons.ts';
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

/** The line under the name of someone who whispers to one: a sign and words, whatever the colours. */
export function whisperMark(text: Strings): TemplateResult {
  return html`<div part="whisper" class="whisper">${whisperIcon}<span>${text.whispersToYou}</span></div>`;
}

/** The same where there is room for a sign alone. */
export function whisperBadge(text: Strings): TemplateResult {
  return html`<span class="badges">${badge(text.whispersToYou, whisperIcon, 'whisper')}</span>`;
}
