import { css } from 'lit';

export const styles = css`
  .suggest {
    position: absolute;
    z-index: 2;
    inset-block-end: calc(100% + 4px);
    inset-inline: 16px;
    max-height: min(280px, 40vh);
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg-raised);
    box-shadow: var(--_shadow);
    font-size: 13px;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  .list {
    padding: 4px;
  }

  .option,
  .usage {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: baseline;
    gap: 0 10px;
    padding: 4px 8px;
  }

  .option {
    align-content: center;
    min-height: max(28px, var(--_target));
    border-radius: var(--_radius-small);
    cursor: pointer;
  }

  .option:hover {
    background: var(--_hover);
  }

  .option[aria-selected='true'] {
    outline: 1px solid var(--_focus);
    outline-offset: -1px;
    background: var(--_selected);
  }

  .usage {
    padding: 6px 12px;
    background: var(--_bg-side);
  }

  .usage + .list {
    border-top: 1px solid var(--_border);
  }

  .suggest .label {
    font: 500 13px/20px var(--_mono);
  }

  .usage strong {
    text-decoration: underline;
    text-underline-offset: 3px;
  }

  .detail,
  .plugin {
    overflow: hidden;
    color: var(--_text-2);
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .plugin {
    max-width: 140px;
  }

  @container composer (width < 420px) {
    .option,
    .usage {
      grid-template-columns: minmax(0, 1fr) auto;
    }

    .detail {
      grid-area: 2 / 1 / auto / -1;
    }
  }

  @media (forced-colors: active) {
    .option[aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
