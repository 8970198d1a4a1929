import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    align-items: center;
    gap: 4px;
    --_size: max(36px, var(--_target));
  }

  .icon-button {
    position: relative;
    width: var(--_size);
    height: var(--_size);
  }

  .icon-button[aria-pressed='true'] {
    background: var(--_danger-tint);
    color: var(--_danger);
  }

  .leave:hover {
    background: var(--_danger-tint);
    color: var(--_danger);
  }

  .live::after {
    content: '';
    position: absolute;
    inset: 1px;
    border: 2px solid var(--_speaking);
    border-radius: inherit;
  }

  .tip {
    position: absolute;
    z-index: 1;
    inset-block-end: calc(100% + 8px);
    inset-inline-start: 0;
    display: flex;
    gap: 8px;
    padding: 4px 8px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-raised);
    box-shadow: var(--_shadow);
    color: var(--_text);
    font-size: 12px;
    font-weight: 500;
    line-height: 16px;
    white-space: nowrap;
    pointer-events: none;
    opacity: 0;
    visibility: hidden;
    transition: opacity var(--_fast);
  }

  .icon-button:nth-of-type(n + 3) .tip {
    inset-inline: auto 0;
  }

  .icon-button:hover .tip,
  .icon-button:focus-visible .tip {
    opacity: 1;
    visibility: visible;
    transition-delay: 300ms;
  }

  @media (hover: none) {
    .tip {
      display: none;
    }
  }

  kbd {
    min-width: 16px;
    padding: 0 4px;
    border: 1px solid var(--_border);
    border-radius: 4px;
    color: var(--_text-2);
    font: inherit;
    text-align: center;
  }

  .talk {
    flex: 0 1 auto;
    min-width: 0;
    overflow: hidden;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }

  .talk span {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .talk.live-talk {
    border-color: var(--_primary-border);
    background: var(--_primary);
    color: var(--_on-primary);
  }

  .space {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    color: var(--_danger);
    font-size: 12px;
    font-weight: 500;
    line-height: 16px;
  }

  .icon-button.barred {
    color: var(--_danger);
  }

  :host([embedded]) {
    flex-wrap: wrap;
    --_size: max(28px, var(--_target) - 4px);
    container-type: inline-size;
  }

  /* In a side bar, what needs words has a line of its own. */
  @container (width < 300px) {
    .space:not(:empty),
    .talk {
      flex: 1 0 100%;
      order: -1;
    }

    .leave {
      margin-inline-start: auto;
    }
  }
`;
