import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    --voice-avatar-size: 32px;
  }

  :host(:focus-visible) {
    outline-offset: -2px;
    border-radius: var(--_radius-small);
  }

  [part='message'] {
    display: grid;
    grid-template-columns: 32px minmax(0, 1fr);
    column-gap: 12px;
    padding: 2px 16px;
    border-radius: 0;
  }

  :host([first]) [part='message'] {
    padding-top: 8px;
  }

  :host(:hover) [part='message'],
  :host(:focus-within) [part='message'] {
    background: var(--_hover);
  }

  .gutter {
    visibility: hidden;
    color: var(--_text-2);
    font-size: 11px;
    line-height: 20px;
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }

  :host(:hover) .gutter,
  :host(:focus-within) .gutter {
    visibility: visible;
  }

  .head {
    display: flex;
    align-items: baseline;
    gap: 8px;
    min-width: 0;
  }

  [part='author'] {
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  time,
  .edited {
    flex: none;
    color: var(--_text-2);
    font-size: 12px;
  }

  [part='text'] {
    text-align: match-parent;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .deleted {
    color: var(--_text-2);
    font-style: italic;
  }

  .sending {
    color: var(--_text-2);
  }

  .actions {
    position: absolute;
    inset-block-start: -12px;
    inset-inline-end: 16px;
    display: flex;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-raised);
    opacity: 0;
    pointer-events: none;
  }

  :host(:hover) .actions,
  :host(:focus-within) .actions {
    opacity: 1;
    pointer-events: auto;
  }

  /* The head of code has buttons of its own. */
  .actions.above {
    inset-block-start: -24px;
  }

  @media (hover: none) {
    .actions {
      display: none;
    }

    :host(:focus-within) .actions {
      display: flex;
    }
  }

  .actions .icon-button {
    width: max(28px, var(--_target) - 4px);
    height: max(28px, var(--_target) - 4px);
  }

  .actions .icon {
    width: 16px;
    height: 16px;
  }

  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    margin: 4px 0;
    font-size: 13px;
  }

  .line .button {
    min-height: max(28px, var(--_target) - 4px);
    padding: 0 10px;
    font-size: 13px;
  }

  .badge {
    flex: none;
    align-self: center;
    padding: 0 5px;
    border: 1px solid var(--_border);
    border-radius: 4px;
    color: var(--_text-2);
    font-size: 11px;
    line-height: 14px;
  }

  .plugin-sign {
    display: grid;
    place-items: center;
    width: 32px;
    height: 32px;
    border: 1px dashed var(--_border);
    border-radius: var(--_radius-small);
    color: var(--_text-2);
  }

  .reply {
    padding-block: 8px;
    border-inline-start: 3px solid var(--_border);
    padding-inline-start: 13px;
    background: var(--_bg-side);
  }

  .notes {
    display: grid;
    gap: 2px;
    margin: 2px 0 4px;
    padding: 0 0 0 10px;
    border-inline-start: 2px solid var(--_border);
    color: var(--_text-2);
    font-size: 13px;
    list-style: none;
    overflow-wrap: anywhere;
  }

  .notes bdi {
    font-weight: 600;
  }

  .veil {
    color: var(--_text-2);
    font-style: italic;
    overflow-wrap: anywhere;
  }

  .veil .button {
    font-style: normal;
  }

  .failed {
    color: var(--_danger);
  }

  textarea {
    display: block;
    resize: none;
    field-sizing: content;
    min-height: 36px;
    max-height: 240px;
  }
`;
