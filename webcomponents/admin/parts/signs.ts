import { html, nothing, type TemplateResult } from 'lit';

export { warningIcon } from '../../icons.ts';

export function retryAction(label: string, act: () => void): TemplateResult {
  return html`<button class="button" type="button" @click=${act}>${label}</button>`;
}

export interface ButtonLook {
  readonly icon?: unknown;
  readonly kind?: 'primary' | 'destructive' | 'danger' | 'quiet';
  /** The act is under way. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly type?: 'button' | 'submit';
}

/** A button that says while it works; pressing it again does nothing then. */
export function button(label: string, act: (() => void) | null, look: ButtonLook = {}): TemplateResult {
  const { busy = false, disabled = false } = look;
  return html`<button
    type=${look.type ?? (act === null ? 'submit' : 'button')}
    class="button ${look.kind ?? ''}"
    aria-disabled=${busy || disabled ? 'true' : 'false'}
    @click=${(event: Event) => {
      if (busy || disabled) event.preventDefault();
      else act?.();
    }}
  >
    ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : (look.icon ?? nothing)}${label}
  </button>`;
}

/** What is shown where there is nothing yet, with what one can do about it. */
export function emptyState(title: string, text: string, action: unknown = nothing): TemplateResult {
  return html`<div class="empty"><strong>${title}</strong><span>${text}</span>${action}</div>`;
}

/** A role's name beside its colour. */
export function roleBadge(role: { readonly name: string; readonly colour: string | null }): TemplateResult {
  return html`<span class="badge"
    >${role.colour === null ? nothing : html`<span class="dot" .style=${`--_dot: ${role.colour}`}></span>`}<bdi
      >${role.name}</bdi
    ></span
  >`;
}

/** A person: the face, the name, and what else tells who it is. */
export function who(name: string, userId: string, more: unknown = nothing): TemplateResult {
  return html`<span class="who"
    ><voice-avatar .name=${name} .userId=${userId}></voice-avatar
    ><span
      ><strong><bdi>${name}</bdi></strong
      >${more}</span
    ></span
  >`;
}
