import { css } from 'lit';

/** Buttons and fields, the same everywhere. */
export const controls = css`
  button {
    font: inherit;
    color: inherit;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: max(32px, var(--_target));
    padding: 0 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-raised);
    font-weight: 500;
    cursor: pointer;
    white-space: nowrap;
    transition:
      background var(--_fast),
      border-color var(--_fast);
  }

  .button:hover {
    background: linear-gradient(var(--_hover), var(--_hover)) var(--_bg-raised);
  }

  .button:active {
    background: linear-gradient(var(--_pressed), var(--_pressed)) var(--_bg-raised);
  }

  .button:disabled,
  .button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.55;
  }

  .primary {
    border-color: var(--_primary-border);
    background: var(--_primary);
    color: var(--_on-primary);
    font-weight: 600;
  }

  .primary:hover {
    background: color-mix(in srgb, var(--_primary) 88%, var(--_text));
  }

  .primary:active {
    background: color-mix(in srgb, var(--_primary) 78%, var(--_text));
  }

  .danger {
    color: var(--_danger);
  }

  .icon-button {
    display: inline-grid;
    place-items: center;
    flex: none;
    width: var(--_target);
    height: var(--_target);
    padding: 0;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    cursor: pointer;
    transition:
      background var(--_fast),
      color var(--_fast);
  }

  .icon-button:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .icon-button:active {
    background: var(--_pressed);
  }

  .field {
    display: grid;
    gap: 4px;
    min-width: 0;
  }

  .field > label,
  .label {
    font-size: 13px;
    font-weight: 500;
  }

  .hint {
    color: var(--_text-2);
    font-size: 12px;
    line-height: 16px;
  }

  input[type='text'],
  input[type='password'],
  select,
  textarea {
    width: 100%;
    min-width: 0;
    min-height: max(36px, var(--_target));
    padding: 7px 10px;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius-small);
    background: var(--_field);
    color: var(--_text);
    font: inherit;
  }

  ::placeholder {
    color: var(--_text-2);
    opacity: 1;
  }

  input:focus-visible,
  select:focus-visible,
  textarea:focus-visible {
    outline-offset: -1px;
  }

  input[aria-invalid='true'] {
    border-color: var(--_danger);
  }

  input[type='range'] {
    width: 100%;
    min-height: 24px;
    margin: 0;
    accent-color: var(--_accent);
  }

  .spinner {
    flex: none;
    width: 16px;
    height: 16px;
    border: 2px solid currentcolor;
    border-inline-start-color: transparent;
    border-radius: 50%;
    animation: spin 0.8s linear infinite;
  }

  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }

  @media (forced-colors: active) {
    .primary,
    .icon-button[aria-pressed='true'] {
      border: 1px solid ButtonText;
    }
  }
`;
