import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-width: 0;
    overflow: hidden;
  }

  /* Inheriting it, as the parts do, ends at elements of others. */
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  voice-notices {
    padding: 8px 8px 4px;
    max-height: 40%;
    overflow: auto;
  }

  vscode-tabs {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    container-type: inline-size;
  }

  .sign {
    display: none;
  }

  .sign .icon {
    width: 16px;
    height: 16px;
  }

  .plugins {
    max-width: 520px;
    padding: 8px 12px 16px;
  }

  /* Four words, and the number of unread messages, are too much for a narrow side bar. */
  @container (width < 360px) {
    .sign {
      display: block;
    }

    .word {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }

  vscode-tab-panel {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    overflow: hidden auto;
    scrollbar-width: thin;
  }

  vscode-tab-panel[hidden] {
    display: none;
  }

  vscode-tab-panel:focus-visible {
    outline: 1px solid var(--_focus);
    outline-offset: -1px;
  }

  voice-chat {
    flex: 1;
  }

  .count {
    margin-inline-start: 4px;
    color: var(--_text-2);
    font-variant-numeric: tabular-nums;
  }

  footer {
    display: flex;
    align-items: flex-end;
    gap: 4px;
    padding: 4px 8px;
    border-top: 1px solid var(--_border);
  }

  voice-controls {
    flex: 1;
    min-width: 0;
  }

  .card {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 12px;
    flex: 1;
    min-height: 0;
    padding: 16px;
    overflow: auto;
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .card h2 {
    margin: 0;
    font-size: 1.15em;
    font-weight: 600;
    line-height: 1.4;
  }

  .card p {
    margin: 0;
    color: var(--_text-2);
  }

  voice-ended {
    flex: none;
    justify-items: center;
    text-align: start;
  }
`;
