import { css } from 'lit';

export const styles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }

  /* It is there to be heard, and takes no room while it says nothing. */
  [role='alert']:not(:has(.notice)) {
    position: absolute;
  }

  /* Where the reading begins; nothing can be done with it. */
  .identity:focus {
    outline: none;
  }

  .identity {
    display: flex;
    gap: 12px;
    align-items: start;
  }

  .who {
    display: block;
  }

  .wants {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }

  summary {
    min-height: 24px;
    font-size: 13px;
    cursor: pointer;
  }

  .readme {
    margin-top: 8px;
  }

  .ends {
    position: sticky;
    inset-block-end: -20px;
    margin: 0 -20px -20px;
    padding: 12px 20px;
    border-top: 1px solid var(--_border);
    background: var(--_bg-raised);
  }
`;
