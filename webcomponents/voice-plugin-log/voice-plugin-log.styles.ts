import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
  }

  p {
    margin: 0;
  }

  ol {
    max-height: 220px;
    margin: 0;
    padding: 6px 10px;
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-side);
    font: 12px/18px var(--_mono);
    list-style: none;
    scrollbar-width: thin;
  }

  li {
    display: grid;
    grid-template-columns: auto 60px minmax(0, 1fr);
    gap: 0 10px;
  }

  @container (width < 380px) {
    li {
      grid-template-columns: auto minmax(0, 1fr);
    }

    .text {
      grid-column: 1 / -1;
    }
  }

  time,
  .debug,
  .level {
    color: var(--_text-2);
  }

  .warn .level {
    color: var(--_warning);
  }

  .error .level {
    color: var(--_danger);
  }

  .text {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
`;
