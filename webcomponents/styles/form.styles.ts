import { css } from 'lit';

/** Forms in dialogs and on cards: one column, buttons at its end. */
export const form = css`
  form {
    display: grid;
    gap: 16px;
  }

  dialog form {
    padding: 8px 20px 20px;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 8px;
  }

  .lead {
    margin: 0;
    color: var(--_text-2);
    overflow-wrap: anywhere;
  }

  .wrong {
    margin: 0;
    color: var(--_danger);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .wrong:empty {
    display: none;
  }

  .choice {
    display: flex;
    align-items: start;
    gap: 8px;
  }

  .choice input {
    flex: none;
    width: 18px;
    height: 18px;
    margin: 1px 0 0;
    accent-color: var(--_accent);
  }

  .choice span {
    display: grid;
    gap: 2px;
  }

  .primary.danger {
    background: var(--_danger);
    color: light-dark(#fff, #2b0507);
  }
`;
