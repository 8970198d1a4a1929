import { css } from 'lit';

/** For the elements that stand alone in a page: they choose between light and dark for all inside. */
export const root = css`
  :host {
    color-scheme: light dark;
    background: var(--_bg);
    text-align: start;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  .title {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: 1;
    min-width: 0;
  }

  .title .icon {
    color: var(--_text-2);
  }

  h2 {
    flex: 0 1 auto;
    min-width: 0;
    margin: 0;
    overflow: hidden;
    font-size: 15px;
    font-weight: 600;
    line-height: 20px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  h2:focus-visible {
    outline-offset: 4px;
  }

  .topic {
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    color: var(--_text-2);
    font-size: 13px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .section {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: max(32px, var(--_target));
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    font-weight: 500;
    cursor: pointer;
  }

  .section:hover {
    background: var(--_hover);
  }

  .section[aria-pressed='true'] {
    background: var(--_pressed);
    color: var(--_text);
  }

  .badge {
    min-width: 18px;
    padding: 0 5px;
    border-radius: 9px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 11px;
    font-weight: 700;
    line-height: 18px;
    text-align: center;
  }

  .quiet {
    color: var(--_text-2);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }

  @media (forced-colors: active) {
    .section[aria-pressed='true'] {
      border: 1px solid Highlight;
    }
  }
`;
