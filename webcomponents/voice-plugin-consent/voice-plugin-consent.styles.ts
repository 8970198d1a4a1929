import { css } from 'lit';

export const styles = css`
  .identity {
    display: flex;
    gap: 12px;
    align-items: start;
  }

  .warning {
    display: flex;
    gap: 10px;
    padding: 8px 10px;
    border: 1px solid var(--_tint-border);
    border-radius: var(--_radius-small);
    background: var(--_warning-tint);
    font-size: 13px;
    line-height: 18px;
  }

  .warning .icon {
    color: var(--_warning);
  }

  .wants {
    display: grid;
    gap: 8px;
    font-size: 13px;
  }

  h3 {
    font-size: 13px;
    font-weight: 600;
    line-height: 18px;
  }

  summary {
    min-height: 24px;
    font-size: 13px;
    cursor: pointer;
  }

  .wrong[hidden] {
    display: none;
  }

  .row {
    position: sticky;
    inset-block-end: 0;
    margin: 0 -20px -20px;
    padding: 12px 20px;
    border-top: 1px solid var(--_border);
    background: var(--_bg-raised);
  }
`;
