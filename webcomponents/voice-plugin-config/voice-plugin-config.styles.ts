import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
  }

  .form {
    display: grid;
    gap: 14px;
    justify-items: stretch;
  }

  .form > .button {
    justify-self: start;
  }

  .wrong[hidden] {
    display: none;
  }

  .slider {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 12px;
  }

  output {
    min-width: 40px;
    color: var(--_text-2);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  textarea {
    resize: vertical;
    field-sizing: content;
    max-height: 240px;
  }

  .choice .hint,
  .field .hint {
    overflow-wrap: anywhere;
  }

  label {
    overflow-wrap: anywhere;
  }

  [aria-invalid='true'] {
    border-color: var(--_danger);
  }
`;
