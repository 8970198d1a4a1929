import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }

  figure {
    margin: 4px 0;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-side);
  }

  figcaption {
    display: flex;
    align-items: center;
    gap: 4px;
    min-width: 0;
    padding-inline-start: 8px;
    border-bottom: 1px solid var(--_border);
    font-size: 12px;
  }

  [part='place'] {
    display: flex;
    flex: 1;
    align-items: baseline;
    gap: 0 8px;
    min-width: 0;
    min-height: max(24px, var(--_target) - 4px);
    padding: 0 4px;
    border: 0;
    background: transparent;
    color: inherit;
    font: inherit;
    line-height: max(24px, var(--_target) - 4px);
    text-align: start;
  }

  button[part='place'] {
    border-radius: var(--_radius-small);
    cursor: pointer;
  }

  button[part='place']:hover {
    background: var(--_hover);
  }

  button[part='place']:hover .file,
  button[part='place']:focus-visible .file {
    color: var(--_accent);
    text-decoration: underline;
    text-underline-offset: 2px;
  }

  button[part='place']:focus-visible {
    outline-offset: -2px;
  }

  .file {
    flex: 0 1 auto;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .lines,
  .language {
    flex: 0 1 auto;
    overflow: hidden;
    color: var(--_text-2);
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .lines {
    flex-shrink: 0;
    font-variant-numeric: tabular-nums;
  }

  @container (max-width: 260px) {
    .language {
      display: none;
    }
  }

  .icon-button {
    width: max(24px, var(--_target) - 4px);
    height: max(24px, var(--_target) - 4px);
    border-radius: 0;
  }

  .icon-button:focus-visible {
    outline-offset: -2px;
  }

  .icon {
    width: 16px;
    height: 16px;
  }

  .done {
    color: var(--_accent);
  }

  pre {
    max-height: 320px;
    margin: 0;
    padding: 8px 12px;
    overflow: auto;
    font: 12.5px/18px var(--_mono);
    tab-size: 4;
    white-space: pre;
  }

  .pending pre {
    color: var(--_text-2);
  }

  pre:focus-visible {
    outline-offset: -2px;
  }
`;
