import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
  }

  /* The colours of text and ground change at once: on the way between two they would not be told apart. */
  .hold {
    width: 100%;
    transition: none;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }

  .hold[aria-pressed='true'] {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .said {
    min-height: 16px;
    margin: 4px 0 0;
    color: var(--_text-2);
    font-size: 12px;
    line-height: 16px;
  }

  .said.refused {
    color: var(--_danger);
  }

  @media (forced-colors: active) {
    .hold[aria-pressed='true'] {
      border: 2px solid Highlight;
    }
  }
`;
