import { css } from 'lit';

export const styles = css`
  :host {
    position: relative;
    display: block;
  }

  /* The colours of text and ground change at once: on the way between two they would not be told apart. */
  .hold {
    width: 100%;
    transition: none;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }

  .hold[aria-pressed='true'] {
    border-color: transparent;
    background: var(--_primary);
    color: var(--_on-primary);
  }

  .said {
    margin: 0;
    font-size: 12px;
    line-height: 16px;
  }

  /* In the space that is below the button anyway, over a line there may be: nothing moves while it is held. */
  .said.whispering {
    position: absolute;
    inset-block-start: 100%;
    inset-inline: 0;
    margin-top: 4px;
    overflow: hidden;
    background: var(--_bg-raised);
    color: var(--_text-2);
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .said.refused:not(:empty) {
    margin-top: 4px;
    color: var(--_danger);
  }

  @media (forced-colors: active) {
    .hold[aria-pressed='true'] {
      border: 2px solid Highlight;
    }
  }
`;
