import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    margin-top: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--_border);
  }

  [role='group'] {
    display: grid;
    gap: 4px;
  }

  .label {
    color: var(--_text-2);
    font-size: 12px;
    line-height: 16px;
  }

  .button {
    justify-content: start;
    transition: none;
  }

  .button[aria-pressed='true'] {
    border-color: var(--_danger);
    background: var(--_danger-tint);
    color: var(--_danger);
  }

  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 4px;
  }

  .pair > :only-child {
    grid-column: 1 / -1;
  }

  .said {
    margin: 4px 0 0;
    color: var(--_danger);
    font-size: 12px;
    line-height: 16px;
  }

  .said:empty {
    display: none;
  }

  @media (forced-colors: active) {
    .button[aria-pressed='true'] {
      border: 2px solid Highlight;
    }
  }
`;
