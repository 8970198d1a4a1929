import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
  }

  .bars {
    display: flex;
    align-items: flex-end;
    gap: 2px;
    height: 14px;
    color: var(--_speaking);
  }

  .bars i {
    width: 3px;
    border-radius: 1px;
    background: currentcolor;
    opacity: 0.25;
  }

  .bars i:nth-child(1) {
    height: 5px;
  }

  .bars i:nth-child(2) {
    height: 8px;
  }

  .bars i:nth-child(3) {
    height: 11px;
  }

  .bars i:nth-child(4) {
    height: 14px;
  }

  .bars i.on {
    opacity: 1;
  }

  .bars.fair {
    color: var(--_warning);
  }

  .bars.poor {
    color: var(--_danger);
  }

  .bars.wait {
    color: var(--_text-2);
    animation: breathe 1.2s ease-in-out infinite alternate;
  }

  @keyframes breathe {
    from {
      opacity: 0.5;
    }
  }

  [popover] {
    width: 216px;
  }

  .title {
    margin: 0 0 8px;
    font-weight: 600;
  }

  dl {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 4px 16px;
    margin: 0;
  }

  dt {
    color: var(--_text-2);
  }

  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  @media (forced-colors: active) {
    .bars i {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
`;
