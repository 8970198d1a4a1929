import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    place-items: center;
    align-content: safe center;
    overflow: auto;
    padding: 16px;
    background: var(--_bg);
  }

  [part='card'] {
    display: grid;
    gap: 16px;
    width: 100%;
    max-width: 320px;
  }

  .title {
    display: grid;
    justify-items: start;
    gap: 16px;
  }

  h2 {
    margin: 0;
    font-size: 20px;
    font-weight: 600;
    line-height: 28px;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }

  .row {
    display: grid;
    gap: 12px;
  }

  .primary {
    min-height: max(36px, var(--_target));
  }

  .inside {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 28px;
    color: var(--_text-2);
    font-size: 13px;
    --voice-avatar-size: 28px;
  }

  .stack {
    display: flex;
    flex: none;
    gap: 4px;
  }

  [part='problem'] {
    display: flex;
    gap: 8px;
    padding: 8px 12px;
    border-radius: var(--_radius-small);
    background: var(--_danger-tint);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  [part='problem'] .icon {
    color: var(--_danger);
  }

  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
  }

  .link {
    min-height: max(24px, var(--_target));
    padding: 0;
    border: 0;
    background: none;
    color: var(--_accent);
    font-size: 13px;
    font-weight: 500;
    text-decoration: underline;
    text-underline-offset: 2px;
    cursor: pointer;
  }

  .who {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .sign .icon {
    width: 40px;
    height: 40px;
    color: var(--_danger);
  }

  .detail {
    margin: 0;
    color: var(--_text-2);
    overflow-wrap: anywhere;
  }

  .again {
    width: 100%;
    max-width: 320px;
    margin-top: 16px;
  }

  @media (forced-colors: active) {
    [part='problem'] {
      border: 1px solid CanvasText;
    }
  }
`;
