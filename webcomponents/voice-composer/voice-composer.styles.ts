import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    padding: 0 16px 4px;
    container: composer / inline-size;
  }

  form {
    display: flex;
    align-items: flex-end;
    gap: 4px;
    padding: 3px;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background: var(--_field);
  }

  form:focus-within {
    outline: 2px solid var(--_focus);
    outline-offset: -1px;
  }

  textarea {
    flex: 1;
    min-height: max(32px, var(--_target));
    max-height: 200px;
    padding: calc((max(32px, var(--_target)) - 20px) / 2) 9px;
    border: 0;
    outline: 0;
    background: transparent;
    resize: none;
    field-sizing: content;
    scrollbar-width: thin;
  }

  textarea:focus-visible {
    outline: 0;
  }

  .send {
    width: max(32px, var(--_target));
    height: max(32px, var(--_target));
  }

  .send:not([aria-disabled='true']) {
    background: var(--_primary);
    color: var(--_on-primary);
  }

  .foot {
    display: flex;
    gap: 8px;
    min-height: 20px;
    padding: 2px 4px;
    color: var(--_text-2);
    font-size: 12px;
    line-height: 16px;
  }

  .typing {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .slow {
    display: flex;
    gap: 4px;
    font-variant-numeric: tabular-nums;
  }

  .slow:empty {
    display: none;
  }

  .slow .icon {
    width: 14px;
    height: 16px;
  }

  form:has(textarea:disabled) {
    border-color: var(--_border);
    background: var(--_bg-side);
  }

  textarea:disabled {
    color: var(--_text-2);
    cursor: not-allowed;
  }

  .fault {
    margin: 4px 4px 0;
    color: var(--_danger);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .fault:empty {
    display: none;
  }

  .over {
    color: var(--_danger);
    font-weight: 600;
  }
`;
