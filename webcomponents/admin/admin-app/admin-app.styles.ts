import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-height: 100dvh;
    color-scheme: light dark;
    background: var(--_bg);
  }

  .frame {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-height: 100dvh;
    align-content: start;
  }

  aside {
    position: sticky;
    top: 0;
    display: none;
    height: 100dvh;
    border-inline-end: 1px solid var(--_border);
    background: var(--_bg-side);
  }

  .side {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100%;
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 56px;
    padding: 4px 16px;
    border-bottom: 1px solid var(--_border);
  }

  .bar .mark {
    flex: none;
    width: 24px;
    height: 24px;
  }

  .bar strong {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-size: 15px;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  header.bar {
    position: sticky;
    z-index: 2;
    top: 0;
    padding-inline: 8px 16px;
    background: var(--_bg-side);
  }

  nav {
    overflow-y: auto;
    padding: 8px;
    scrollbar-width: thin;
  }

  nav h2 {
    margin: 0;
    padding: 12px 8px 4px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  nav ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  nav a,
  .foot a,
  .foot button {
    display: flex;
    align-items: center;
    gap: 10px;
    width: 100%;
    min-height: max(32px, var(--_target));
    padding: 0 8px;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text);
    font: inherit;
    text-decoration: none;
    cursor: pointer;
  }

  nav a .icon,
  .foot .icon {
    color: var(--_text-2);
  }

  nav a:hover,
  .foot a:hover,
  .foot button:hover {
    background: var(--_hover);
  }

  nav a[aria-current] {
    background: var(--_selected);
    font-weight: 600;
  }

  nav a[aria-current] .icon {
    color: var(--_accent);
  }

  .draft {
    width: 8px;
    height: 8px;
    margin-inline-start: auto;
    border-radius: 50%;
    background: var(--_warning);
  }

  .foot {
    display: grid;
    gap: 2px;
    padding: 8px;
    border-top: 1px solid var(--_border);
  }

  .me {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
    padding: 4px 8px;
  }

  .me div {
    min-width: 0;
    overflow: hidden;
    line-height: 16px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .me .hint {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  main {
    min-width: 0;
    width: 100%;
    max-width: 1240px;
    padding: 20px 16px 96px;
  }

  .skip {
    position: fixed;
    z-index: 5;
    inset-block-start: 8px;
    inset-inline-start: 8px;
  }

  .skip:not(:focus) {
    width: 1px;
    height: 1px;
    min-height: 0;
    padding: 0;
    border: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }

  dialog.drawer {
    width: min(288px, calc(100vw - 48px));
    max-width: none;
    height: 100dvh;
    max-height: none;
    margin: 0;
    padding: 0;
    border: 0;
    border-inline-end: 1px solid var(--_border);
    background: var(--_bg-side);
    color: var(--_text);
  }

  dialog.drawer::backdrop {
    background: #0008;
  }

  .starting,
  .door {
    display: grid;
    min-height: 100dvh;
    place-content: center;
    justify-items: center;
    gap: 16px;
    padding: 16px;
  }

  .starting {
    animation: appear 200ms 400ms ease-out both;
  }

  .door {
    max-width: 420px;
    margin: auto;
    text-align: center;
    text-wrap: balance;
  }

  @media (min-width: 900px) {
    .frame {
      grid-template-columns: 240px minmax(0, 1fr);
    }

    aside {
      display: block;
    }

    header.bar {
      display: none;
    }

    main {
      padding: 28px 32px 96px;
    }
  }

  @media (forced-colors: active) {
    nav a[aria-current] {
      border: 1px solid Highlight;
    }

    .draft {
      background: Highlight;
    }
  }
`;
