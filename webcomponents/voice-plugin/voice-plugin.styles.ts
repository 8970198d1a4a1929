import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
  }

  article {
    display: grid;
    gap: 8px;
    min-width: 0;
    padding: 10px 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg);
  }

  .head {
    display: flex;
    gap: 12px;
    align-items: start;
  }

  /* In a narrow side bar, whose it is has a line of its own. */
  @container (width < 320px) {
    .head {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      row-gap: 6px;
    }

    .who {
      display: contents;
    }

    .name {
      align-self: center;
      overflow-wrap: anywhere;
    }

    .by {
      grid-area: 2 / 1 / auto / -1;
      overflow-wrap: anywhere;
    }
  }

  .switch {
    position: relative;
    flex: none;
    width: 44px;
    height: 32px;
    padding: 0;
    border: 0;
    border-radius: 12px;
    background: transparent;
    cursor: pointer;
  }

  .switch::before,
  .switch::after {
    content: '';
    position: absolute;
    inset-block-start: 50%;
    translate: 0 -50%;
  }

  .switch::before {
    inset-inline: 4px;
    height: 20px;
    border: 1px solid var(--_field-border);
    border-radius: 10px;
    background: var(--_field);
    transition: background var(--_fast);
  }

  .switch::after {
    inset-inline-start: 8px;
    width: 12px;
    height: 12px;
    border-radius: 50%;
    background: var(--_text-2);
    transition: inset-inline-start var(--_fast);
  }

  .switch[aria-checked='true']::before {
    border-color: var(--_accent);
    background: var(--_primary);
  }

  .switch[aria-checked='true']::after {
    inset-inline-start: 24px;
    background: var(--_on-primary);
  }

  .status,
  .update {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    font-size: 13px;
    line-height: 18px;
  }

  .status .words {
    display: flex;
    gap: 8px;
    overflow-wrap: anywhere;
  }

  .status .words::before {
    content: '';
    flex: none;
    width: 8px;
    height: 8px;
    margin-top: 5px;
    border-radius: 50%;
    background: var(--_tone);
  }

  .status {
    --_tone: var(--_text-2);
    color: var(--_text-2);
  }

  .running {
    --_tone: var(--_speaking);
  }

  .off .words::before,
  .waiting .words::before {
    border: 1px solid var(--_tone);
    background: transparent;
  }

  .restarting,
  .starting {
    --_tone: var(--_warning);
  }

  .stopped {
    --_tone: var(--_danger);
    color: var(--_danger);
  }

  .status .button {
    color: var(--_text);
  }

  .cost {
    color: var(--_text-2);
    font-variant-numeric: tabular-nums;
  }

  .button.small {
    min-height: max(28px, var(--_target) - 4px);
    padding: 0 10px;
    font-size: 13px;
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
    margin: 0 -6px -4px;
  }

  .part {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    min-height: max(28px, var(--_target) - 4px);
    padding: 0 8px 0 4px;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    font-size: 13px;
    cursor: pointer;
  }

  .part:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .part[aria-expanded='true'] {
    color: var(--_text);
  }

  .part .icon {
    width: 16px;
    height: 16px;
    transition: rotate var(--_fast);
  }

  .part:dir(rtl) .icon {
    rotate: 180deg;
  }

  .part[aria-expanded='true'] .icon {
    rotate: 90deg;
  }

  .ends {
    display: flex;
    margin-inline-start: auto;
  }

  .ends .icon-button {
    width: max(28px, var(--_target) - 4px);
    height: max(28px, var(--_target) - 4px);
  }

  .ends .icon {
    width: 16px;
    height: 16px;
  }

  .ends [aria-disabled='true'] {
    cursor: default;
    opacity: 0.4;
  }

  .question {
    flex: 1 1 180px;
    padding-inline-start: 6px;
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .opened {
    display: grid;
    gap: 10px;
    min-width: 0;
    padding-top: 10px;
    border-top: 1px solid var(--_border);
  }

  h5 {
    margin: 4px 0 -4px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 2px 12px;
    margin: 0;
    font-size: 13px;
  }

  dt {
    color: var(--_text-2);
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  @media (forced-colors: active) {
    .switch::before {
      border-color: ButtonText;
    }

    .switch::after {
      background: ButtonText;
      forced-color-adjust: none;
    }

    .switch[aria-checked='true']::before {
      background: Highlight;
      forced-color-adjust: none;
    }

    .switch[aria-checked='true']::after {
      background: HighlightText;
    }

    .status .words::before {
      border: 1px solid CanvasText;
    }
  }
`;
