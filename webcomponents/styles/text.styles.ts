import { css } from 'lit';

/** Links and code in what somebody wrote. */
export const writtenText = css`
  a {
    color: var(--_accent);
    text-decoration: underline;
    text-underline-offset: 2px;
  }

  code {
    padding: 1px 4px;
    border-radius: 4px;
    background: var(--_pressed);
    font: 0.9em/1.4 var(--_mono);
  }

  pre {
    max-height: 320px;
    margin: 4px 0;
    padding: 8px 12px;
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-side);
    font: 12.5px/18px var(--_mono);
    tab-size: 2;
    white-space: pre;
  }
`;
