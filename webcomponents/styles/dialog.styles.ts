import { css } from 'lit';

export const dialog = css`
  dialog {
    width: min(520px, calc(100vw - 16px));
    max-height: min(720px, calc(100dvh - 16px));
    padding: 0;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.5);
    background: var(--_bg-raised);
    box-shadow: var(--_shadow);
    color: var(--_text);
    overscroll-behavior: contain;
  }

  dialog::backdrop {
    background: #0008;
  }

  header {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 12px 12px 4px 20px;
  }

  h2 {
    flex: 1;
    min-width: 0;
    margin: 0;
    font-size: 16px;
    font-weight: 600;
    line-height: 24px;
    overflow-wrap: anywhere;
  }
`;
