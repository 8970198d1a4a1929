import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    height: 480px;
    min-width: 280px;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.5);
  }

  [part='base'] {
    display: flex;
    flex-direction: column;
    height: 100%;
  }

  [part='header'] {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 48px;
    padding: 4px 8px 4px 16px;
    border-bottom: 1px solid var(--_border);
  }

  voice-notices {
    padding: 8px;
  }

  .switch {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 4px;
    padding: 8px 8px 0;
  }

  [part='main'] {
    display: flex;
    flex: 1;
    min-height: 0;
  }

  .side {
    flex: 0 0 clamp(220px, 34%, 300px);
    border-inline-end: 1px solid var(--_border);
    background: var(--_bg-side);
  }

  .narrow .side {
    flex: 1;
    border: 0;
    background: none;
  }

  voice-chat {
    flex: 1;
    min-width: 0;
  }

  voice-entry,
  voice-ended {
    height: 100%;
  }

  .idle {
    display: grid;
    flex: 1;
    place-content: center;
    gap: 4px;
    padding: 24px;
    color: var(--_text-2);
    text-align: center;
    text-wrap: balance;
  }

  .idle strong {
    color: var(--_text);
    font-weight: 600;
  }

  [part='footer'] {
    padding: 8px;
    border-top: 1px solid var(--_border);
  }
`;
