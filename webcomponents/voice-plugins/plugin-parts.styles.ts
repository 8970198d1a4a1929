import { css } from 'lit';

/** What the parts of the pane have in common: icons, names, lists of what a plugin may do, tones. */
export const pluginParts = css`
  h3,
  h4,
  p,
  ul,
  ol {
    margin: 0;
  }

  ul,
  ol {
    padding: 0;
    list-style: none;
  }

  .plugin-icon {
    display: grid;
    place-items: center;
    flex: none;
    width: 36px;
    height: 36px;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-side);
    color: var(--_text-2);
  }

  .plugin-icon > * {
    grid-area: 1 / 1;
  }

  .plugin-icon img {
    width: 100%;
    height: 100%;
    background: var(--_bg-side);
    object-fit: contain;
  }

  .plugin-icon img[hidden] {
    display: none;
  }

  .who {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .name {
    font-size: 14px;
    font-weight: 600;
    line-height: 20px;
  }

  .version {
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 400;
  }

  .by {
    color: var(--_text-2);
    font-size: 12px;
    line-height: 16px;
  }

  .description {
    font-size: 13px;
    line-height: 18px;
    overflow-wrap: anywhere;
  }

  .may {
    display: grid;
    gap: 4px;
    font-size: 13px;
    line-height: 18px;
  }

  .may li {
    display: flex;
    gap: 8px;
    align-items: baseline;
    overflow-wrap: anywhere;
  }

  .may li::before {
    content: '';
    flex: none;
    width: 5px;
    height: 5px;
    translate: 0 -3px;
    border-radius: 50%;
    background: var(--_text-2);
    forced-color-adjust: none;
  }

  .tag {
    flex: none;
    padding: 0 5px;
    border: 1px solid currentcolor;
    border-radius: 4px;
    color: var(--_accent);
    font-size: 11px;
    font-weight: 600;
    line-height: 14px;
  }

  .problem {
    color: var(--_danger);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .problem[hidden] {
    display: none;
  }

  .readme {
    max-height: 240px;
    padding: 8px 10px;
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .written {
    white-space: pre-wrap;
  }
`;
