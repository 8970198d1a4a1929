import { css } from 'lit';

export const styles = css`
  dialog {
    width: min(420px, calc(100vw - 16px));
  }

  .body {
    display: grid;
    gap: 16px;
    padding: 8px 20px 20px;
  }

  .body form {
    padding: 0;
  }

  /* What is inside of <details> inherits nothing from it, but from a box of the browser's own. */
  .body * {
    box-sizing: border-box;
  }

  .who {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
  }

  .who bdi {
    flex: 1;
    min-width: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  a.button {
    color: inherit;
    text-decoration: none;
  }

  details {
    border-top: 1px solid var(--_border);
    padding-top: 12px;
  }

  summary {
    min-height: max(24px, var(--_target));
    border-radius: 4px;
    font-weight: 500;
    line-height: max(24px, var(--_target));
    cursor: pointer;
  }

  details[open] > summary {
    margin-bottom: 8px;
  }

  .done {
    margin: 0;
    font-size: 13px;
  }

  .done:empty {
    display: none;
  }
`;
