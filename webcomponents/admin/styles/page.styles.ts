import { css } from 'lit';

/** What the pages of the dashboard are laid out with. */
export const page = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 20px;
  }

  .page-header {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 12px 16px;
  }

  .page-header > div:first-child {
    flex: 1 1 240px;
    min-width: 0;
  }

  h1 {
    margin: 0;
    font-size: 22px;
    font-weight: 650;
    line-height: 28px;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  /* Focused for screen readers when the page changes; nothing can be done with it. */
  h1:focus {
    outline: none;
  }

  h2 {
    margin: 0;
    font-size: 15px;
    font-weight: 600;
    line-height: 20px;
  }

  h3 {
    margin: 0;
    font-size: 13px;
    font-weight: 600;
  }

  p {
    margin: 0;
  }

  a {
    color: var(--_accent);
    text-underline-offset: 2px;
  }

  .intro {
    max-width: 68ch;
    margin-top: 4px;
    color: var(--_text-2);
    text-wrap: pretty;
  }

  .muted {
    color: var(--_text-2);
  }

  .actions,
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }

  .toolbar {
    align-items: end;
  }

  .toolbar > .field {
    flex: 1 1 200px;
    max-width: 320px;
  }

  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
    padding: 16px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg);
  }

  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
    gap: 16px;
  }

  .form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }

  .narrow-form {
    max-width: 560px;
  }

  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 180px), 1fr));
    align-items: start;
    gap: 16px 12px;
  }

  .loading {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 64px;
    color: var(--_text-2);
    animation: appear 200ms 400ms ease-out both;
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }

  .empty {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 40px 16px;
    border: 1px dashed var(--_border);
    border-radius: var(--_radius);
    color: var(--_text-2);
    text-align: center;
    text-wrap: balance;
  }

  .empty strong {
    color: var(--_text);
    font-weight: 600;
  }

  .empty .button {
    margin-top: 8px;
  }

  .notice {
    --_tone: var(--_text-2);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 8px 12px;
    border-radius: var(--_radius-small);
    background: color-mix(in srgb, var(--_tone) 12%, var(--_bg));
    font-size: 13px;
  }

  .notice .icon {
    color: var(--_tone);
  }

  .notice > .words {
    flex: 1 1 180px;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .notice.warning {
    --_tone: var(--_warning);
  }

  .notice.failed {
    --_tone: var(--_danger);
  }

  .tabs {
    display: flex;
    gap: 4px;
    border-bottom: 1px solid var(--_border);
  }

  .tabs a {
    padding: 8px 12px;
    border-bottom: 2px solid transparent;
    color: var(--_text-2);
    font-weight: 500;
    text-decoration: none;
  }

  .tabs a:hover {
    color: var(--_text);
  }

  .tabs a[aria-current] {
    border-color: var(--_accent);
    color: var(--_text);
  }

  dl.facts {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 4px 16px;
    margin: 0;
  }

  dl.facts dt {
    color: var(--_text-2);
  }

  dl.facts dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  @media (forced-colors: active) {
    .notice {
      border: 1px solid CanvasText;
    }

    .tabs a[aria-current] {
      border-color: Highlight;
    }
  }
`;
