import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    overflow: auto;
    padding: 8px;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  h3 {
    margin: 0;
    padding: 8px 8px 4px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  h3:not(:first-child) {
    margin-top: 8px;
  }

  .alone {
    margin: 0;
    padding: 8px;
    color: var(--_text-2);
    font-size: 13px;
  }

  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
`;
