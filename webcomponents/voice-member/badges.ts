import type { Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { headphonesOffIcon, micOffIcon, retryIcon, shieldEarIcon, shieldMicIcon, whisperIcon } from '../icons.ts';
import type { Strings } from '../strings/strings.ts';

/** The signs after a name; deafened includes muted, and a moderator's word one's own, so only one of each two is shown. */
export function badges(member: Member, text: Strings): TemplateResult | typeof nothing {
  const shown: TemplateResult[] = [];
  if (member.reconnecting) shown.push(badge(text.reconnectingMember, retryIcon, ''));
  if (member.serverDeafened) shown.push(badge(text.serverDeafened, shieldEarIcon, 'off'));
  if (member.serverMuted) shown.push(badge(text.serverMuted, shieldMicIcon, 'off'));
  if (member.deafened && !member.serverDeafened) shown.push(badge(text.deafened, headphonesOffIcon, 'off'));
  else if (member.muted && !member.serverMuted) shown.push(badge(text.muted, micOffIcon, 'off'));
  return shown.length === 0 ? nothing : html`<span class="badges">${shown}</span>`;
}

/** `#rgb` or `#rrggbb`: nothing else gets into a style. */
const COLOUR = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;

/** A role worth showing. Its colour is a dot with a rim: the words keep the contrast of all other text. */
export function roleMark({ role }: Member): TemplateResult | typeof nothing {
  if (role === null) return nothing;
  const colour = role.colour !== null && COLOUR.test(role.colour) ? role.colour : undefined;
  return html`<div part="role" class="role" title=${role.name}>
    ${colour === undefined ? nothing : html`<span class="dot" .style=${`background: ${colour}`}></span>`}<bdi
      >${role.name}</bdi
    >
  </div>`;
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
