import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    position: relative;
    min-height: 0;
    background: var(--_bg);
  }

  [part='log'] {
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    padding-block: 8px;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  .stack {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    min-height: 100%;
  }

  .separator {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 12px 16px 4px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  .separator::before,
  .separator::after {
    content: '';
    flex: 1;
    height: 1px;
    background: var(--_border);
  }

  .unread {
    color: var(--_accent);
  }

  .unread::before,
  .unread::after {
    background: currentcolor;
  }

  .unread::after {
    flex: 0 0 0;
    margin-inline-start: -12px;
  }

  .start,
  .loading {
    margin: 8px 16px;
    color: var(--_text-2);
    font-size: 13px;
  }

  .loading {
    display: flex;
    align-items: center;
    gap: 8px;
  }

  .empty {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    flex: 1;
    padding: 24px;
    color: var(--_text-2);
    text-align: center;
    text-wrap: balance;
  }

  .empty .icon {
    width: 28px;
    height: 28px;
    opacity: 0.7;
  }

  .jump {
    position: absolute;
    z-index: 1;
    inset-block-end: calc(100% + 8px);
    inset-inline-start: 50%;
    translate: -50%;
    border-radius: 999px;
    box-shadow: var(--_shadow);
    font-size: 13px;
  }

  .jump:dir(rtl) {
    translate: 50%;
  }

  .jump .icon {
    width: 16px;
    height: 16px;
  }

  .bottom {
    position: relative;
    padding-top: 4px;
  }
`;
