import { css } from 'lit';

/** Small things that stand in pages, tables and dialogs alike. */
export const parts = css`
  input:not([type='checkbox'], [type='radio'], [type='range'], [type='color'], [type='file']) {
    width: 100%;
    min-width: 0;
    min-height: max(36px, var(--_target));
    padding: 7px 10px;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius-small);
    background: var(--_bg);
    color: var(--_text);
    font: inherit;
  }

  /* Their parts are taller than a line of text: as high as the controls beside them all the same. */
  input:is([type='date'], [type='datetime-local']) {
    padding-block: 0;
  }

  input[type='color'] {
    width: 48px;
    height: max(36px, var(--_target));
    padding: 2px;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius-small);
    background: var(--_bg);
    cursor: pointer;
  }

  input[type='checkbox'],
  input[type='radio'] {
    flex: none;
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--_accent);
  }

  [aria-invalid='true'] {
    border-color: var(--_danger) !important;
  }

  textarea {
    min-height: 72px;
    resize: vertical;
  }

  .error {
    color: var(--_danger);
    font-size: 12px;
    line-height: 16px;
  }

  .check {
    display: flex;
    gap: 8px;
    align-items: start;
    min-height: var(--_target);
    padding: 6px 0;
    cursor: pointer;
  }

  .check input {
    margin-top: 2px;
  }

  .check > span {
    display: grid;
    min-width: 0;
  }

  .check:has(:disabled),
  .check:has([aria-disabled='true']) {
    cursor: default;
  }

  .check:has(:disabled) > span > span:first-child,
  .check:has([aria-disabled='true']) > span > span:first-child {
    color: var(--_text-2);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }

  .end {
    justify-content: end;
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    max-width: 100%;
    padding: 0 8px;
    border: 1px solid var(--_border);
    border-radius: 10px;
    background: var(--_bg-side);
    font-size: 12px;
    line-height: 18px;
    white-space: nowrap;
  }

  .badge bdi {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .badge.good {
    border-color: color-mix(in srgb, var(--_accent) 40%, transparent);
    color: var(--_accent);
  }

  .badge.bad {
    border-color: color-mix(in srgb, var(--_danger) 40%, transparent);
    color: var(--_danger);
  }

  .badge.waiting {
    border-color: color-mix(in srgb, var(--_warning) 40%, transparent);
    color: var(--_warning);
  }

  .dot {
    flex: none;
    width: 8px;
    height: 8px;
    border: 1px solid color-mix(in srgb, var(--_text) 30%, transparent);
    border-radius: 50%;
    background: var(--_dot, var(--_text-2));
  }

  .who {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    --voice-avatar-size: 24px;
  }

  .who > span {
    min-width: 0;
    overflow-wrap: break-word;
  }

  .who strong {
    font-weight: 600;
  }

  .mono {
    font: 13px/20px var(--_mono);
    overflow-wrap: anywhere;
  }

  .small {
    font-size: 12px;
    line-height: 16px;
  }

  .nowrap {
    white-space: nowrap;
  }

  .number {
    font-variant-numeric: tabular-nums;
  }

  .button.destructive {
    border-color: transparent;
    background: light-dark(#b4232f, #ff8b91);
    color: light-dark(#ffffff, #3b060a);
    font-weight: 600;
  }

  .button.link,
  .empty a.button {
    color: var(--_text);
    text-decoration: none;
  }

  .button.link.primary {
    color: var(--_on-accent);
  }

  .strong {
    color: var(--_text);
    font-weight: 600;
  }

  .button.quiet {
    border-color: transparent;
    background: transparent;
  }

  .button.quiet:hover {
    background: var(--_hover);
  }

  @media (forced-colors: active) {
    .button.destructive {
      border: 1px solid ButtonText;
    }

    .dot {
      forced-color-adjust: none;
    }
  }
`;
