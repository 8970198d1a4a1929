import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    gap: 4px;
  }

  :host(:not([filled])) {
    display: none;
  }

  [part='notice'] {
    --_tone: var(--_text-2);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 7px 7px 7px 11px;
    border: 1px solid var(--_tint-border);
    border-radius: var(--_radius-small);
    background: color-mix(in srgb, var(--_tone) 12%, var(--_bg));
    font-size: 13px;
  }

  .warning {
    --_tone: var(--_warning);
  }

  .danger-tone {
    --_tone: var(--_danger);
  }

  .sign {
    color: var(--_tone);
  }

  .words {
    flex: 1 1 160px;
    min-width: 0;
    /* The way to dismiss it stays in sight, and so does the room. */
    max-height: 8lh;
    overflow: auto;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-inline-start: auto;
  }

  .button {
    min-height: max(28px, var(--_target) - 4px);
    padding: 0 10px;
    font-size: 13px;
  }

  .icon-button {
    width: max(28px, var(--_target) - 4px);
    height: max(28px, var(--_target) - 4px);
  }

  .help {
    flex: 1 1 100%;
    margin: 0;
    color: var(--_text);
  }

  @media (forced-colors: active) {
    [part='notice'] {
      border: 1px solid CanvasText;
    }
  }
`;
