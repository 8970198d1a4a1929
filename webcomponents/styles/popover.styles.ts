import { css } from 'lit';

export const popover = css`
  [popover] {
    position: fixed;
    margin: 0;
    padding: 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg-raised);
    box-shadow: var(--_shadow);
    color: var(--_text);
    max-width: calc(100vw - 16px);
  }
`;
